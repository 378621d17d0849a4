import { expect, test } from 'vitest';
import { readKeyNews } from '../../../src/cli/key-news.ts';
import type { PlanFile } from '../../../src/plan/build-plan.ts';
import { manifestText } from '../../../src/plan/manifest.ts';
import { builtRecord } from '../../lib/built-record.ts';
import { useFolder } from '../../lib/folder.ts';
import { aPlan } from '../genimage/a-plan.ts';

const key = (fingerprint: string): PlanFile => ({
  ...{ path: `/keys/${fingerprint}`, sha256: '', role: 'key' },
  publicKeys: [{ fingerprint, userIds: [] }],
});

const folder = useFolder();

test('config.yaml may refuse a new key; one that is gone is told', async () => {
  const image = { name: 'x', osvers: 'rocky9.4', arch: 'x86_64', profile: 'p' };
  const build = { ...builtRecord('i'), files: [key('A')] };
  await folder.file('manifest.json', manifestText({ schema: 1, image, build }));
  const news = (fingerprints: string[], config: Parameters<typeof readKeyNews>[1]) => {
    const plan = aPlan({ files: fingerprints.map(key) });
    return readKeyNews({ ...plan, image: { ...plan.image, rootimgdir: folder.path } }, config);
  };
  const refuse = { changedkeys: 'refuse' } as const;
  for (const config of [{}, { changedkeys: 'warn' }] as const) {
    const told = { problems: [], warnings: [expect.stringContaining('new B of /keys/B')] };
    expect(await news(['A', 'B'], config)).toMatchObject(told);
  }
  expect(await news(['A', 'B'], refuse)).toMatchObject({
    problems: [{ code: 'keys-changed', message: expect.stringContaining('new B of /keys/B') }],
    warnings: [],
  });
  expect(await news([], refuse)).toMatchObject({
    problems: [],
    warnings: [expect.stringContaining('gone A')],
  });
  expect(await news(['A'], refuse)).toMatchObject({ problems: [], warnings: [] });
});
