import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeBack } from '../../../../src/cli/genimage/genimage-build.ts';
import type { GenimageJob } from '../../../../src/cli/genimage/genimage-job.ts';
import type { DefinitionObject } from '../../../../src/definition/object.ts';
import { openStore, type Store } from '../../../../src/definition/store.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../../genimage/a-plan.ts';

const folder = useFolder();
const plan = aPlan({ image: { ...aPlan().image, name: 'x' } });

/** A store with the image `x`, and how often its lock was taken. */
async function storeOf(): Promise<{ store: Store; locks: () => number }> {
  let locks = 0;
  const store = openStore(join(folder.path, 'etc'), async () => {
    locks += 1;
    return () => undefined;
  });
  const attributes = new Map(
    Object.entries({ imagetype: 'linux', provmethod: 'netboot', profile: 'compute' }),
  );
  const object: DefinitionObject = { type: 'osimage', name: 'x', attributes, origins: new Map() };
  await store.write('osimage', [object]);
  locks = 0;
  return { store, locks: () => locks };
}

/** Writes back what the options `changes` said; gives what was told. */
async function writeBackOf(store: Store, imageName: string | undefined, changes: object): Promise<string[]> {
  const told: string[] = [];
  const job = {
    resolved: { request: { ...emptyRequest(), imageName }, changes },
    site: { installdir: join(folder.path, 'install') },
    netboot: join(folder.path, 'netboot'),
  } as unknown as GenimageJob;
  await writeBack(store, job, plan, { ...silentReporter(), info: (text) => void told.push(text) });
  return told;
}

test('what an option changed is written under the lock of the store, and said', async () => {
  const { store, locks } = await storeOf();
  expect(await writeBackOf(store, 'x', { nodebootif: 'eth7' })).toEqual(['The definition x was updated.']);
  expect(locks()).toBeGreaterThan(0);
  expect((await store.read('osimage', 'x'))?.attributes.get('nodebootif')).toBe('eth7');
});

test('a store that is only read stays as it is', async () => {
  const { store, locks } = await storeOf();
  const readOnly: Store = { ...store, readOnly: true };
  expect(await writeBackOf(readOnly, 'x', { nodebootif: 'eth7' })).toEqual([]);
  expect(locks()).toBe(0);
  expect((await store.read('osimage', 'x'))?.attributes.has('nodebootif')).toBe(false);
});

test('an image that was built without a definition gets one', async () => {
  const { store } = await storeOf();
  const told = await writeBackOf(store, undefined, {});
  expect(told.length).toBeGreaterThan(0);
  const names = await store.list('osimage');
  expect(names.length).toBeGreaterThan(1);
});
