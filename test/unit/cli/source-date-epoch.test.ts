import { expect, it } from 'vitest';
import { reproduciblePlan } from '../../../src/cli/reproducible.ts';
import { sourceDateEpoch } from '../../../src/cli/source-date-epoch.ts';
import type { PackPlan } from '../../../src/plan/pack-plan.ts';
import { builtRecord } from '../../lib/built-record.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it.each([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['1700000000', 1_700_000_000],
  ['99999999999', 99_999_999_999],
])('SOURCE_DATE_EPOCH=%s is %s', (value, seconds) => {
  expect(sourceDateEpoch({ env: { SOURCE_DATE_EPOCH: value } })).toBe(seconds);
});

it.each(['-1', '1.5', '1e9', 'now', ' 1', '100000000000'])('SOURCE_DATE_EPOCH=%s is refused', (value) => {
  expect(() => sourceDateEpoch({ env: { SOURCE_DATE_EPOCH: value } })).toThrow(/seconds since 1970/);
});

const plan = (changes: Partial<PackPlan> = {}) =>
  ({ image: { name: 'a', rootimgdir: folder.path }, ...changes }) as PackPlan;

async function built(finished: string): Promise<void> {
  const image = { name: 'a', osvers: 'x', arch: 'x', profile: 'x' };
  await folder.file(
    'manifest.json',
    JSON.stringify({ schema: 1, image, build: { ...builtRecord('x'), finished } }),
  );
}

it('--reproducible goes by SOURCE_DATE_EPOCH, else by the time of the build', async () => {
  await built('2024-01-01T00:00:00.900Z');
  expect((await reproduciblePlan(plan())).sourceDateEpoch).toBe(1_704_067_200);
  expect((await reproduciblePlan(plan({ sourceDateEpoch: 7 }))).sourceDateEpoch).toBe(7);
});

it('--reproducible says what to set where nobody knows that time', async () => {
  await expect(reproduciblePlan(plan())).rejects.toMatchObject({ code: 'no-build-time' });
  await built('some day');
  await expect(reproduciblePlan(plan())).rejects.toMatchObject({
    hint: expect.stringContaining('SOURCE_DATE_EPOCH'),
  });
});
