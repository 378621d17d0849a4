import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { hostFindings } from '../../../../src/cli/doctor/host.ts';

const stateOf = async (what: string, options: Parameters<typeof hostFindings>[1]) => {
  const disks = [{ what: 'space', folder: join(tmpdir(), 'not/there/yet') }];
  return (await hostFindings(disks, options)).find((one) => one.what === what);
};

test('a clock before this program was made is wrong, one of today is not', async () => {
  expect(await stateOf('clock', {})).toMatchObject({ state: 'yes' });
  const wrong = await stateOf('clock', { now: Date.UTC(1999, 11, 31, 23, 59) });
  expect(wrong).toMatchObject({ state: 'wrong', note: '1999-12-31 23:59 UTC is before rootimg was made' });
});

test('root is asked for, and the disk below a folder that is not there yet is judged', async () => {
  expect(await stateOf('root', { uid: 0 })).toMatchObject({ state: 'yes' });
  expect(await stateOf('root', { uid: 1000 })).toMatchObject({ state: 'no' });
  expect((await stateOf('space', {}))?.note).toMatch(/^\d+\.\d GB free in .*not\/there\/yet$/);
});
