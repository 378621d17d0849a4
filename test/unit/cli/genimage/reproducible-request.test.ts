import { expect, test } from 'vitest';
import { reproducibleRequest } from '../../../../src/cli/genimage/reproducible-request.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import { recordedIo } from '../../../lib/recorded-io.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const io = (env: Record<string, string> = {}) => recordedIo({ env, cwd: folder.path }).io;

async function lock(): Promise<string> {
  const text = JSON.stringify({
    schema: 1,
    image: { name: 'a', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' },
    epoch: 1_600_000_000,
    manager: { id: 'dnf', versions: {} },
    ...{ repositories: [], files: [], environment: '', steps: [] },
  });
  return folder.file('a.lock', text);
}

test('not asked for: as it was', async () => {
  const request = emptyRequest();
  expect(await reproducibleRequest(io(), request, false)).toBe(request);
});

test('by SOURCE_DATE_EPOCH, which is enough, before the time of the lock; in a tree of its own', async () => {
  const request = { ...emptyRequest(), locked: await lock() };
  const given = { SOURCE_DATE_EPOCH: '1500000000' };
  expect(await reproducibleRequest(io(given), request, false)).toMatchObject({
    ...{ sourceDateEpoch: '1500000000', fresh: true },
  });
  expect(await reproducibleRequest(io(), request, true)).toMatchObject({ sourceDateEpoch: '1600000000' });
  const initrd = { ...emptyRequest(), onlyinitrd: true };
  expect(await reproducibleRequest(io(given), initrd, true)).toMatchObject({ fresh: false });
});

test('with neither there is no time; a lock that cannot be read is told later', async () => {
  await expect(reproducibleRequest(io(), emptyRequest(), true)).rejects.toThrow('needs a time');
  const request = { ...emptyRequest(), locked: 'not-there' };
  expect(await reproducibleRequest(io(), request, true)).toBe(request);
});
