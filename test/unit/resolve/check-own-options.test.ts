import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { checkOwnOptions } from '../../../src/resolve/check-own-options.ts';

it.each([
  [{}, 0],
  [{ fresh: true }, 0],
  [{ onlyinitrd: true, postinstallTimeout: '1' }, 0],
  [{ fresh: true, onlyinitrd: true }, 1],
  [{ postinstallTimeout: '0' }, 1],
  [{ postinstallTimeout: '1.5' }, 1],
  [{ postinstallTimeout: '' }, 1],
  [{ sourceDateEpoch: '0' }, 0],
  [{ sourceDateEpoch: 'now' }, 1],
  [{ sourceDateEpoch: '99999999999' }, 1],
  [{ fresh: true, onlyinitrd: true, postinstallTimeout: '-1' }, 2],
])('%j has %i problems', (options, count) => {
  expect(checkOwnOptions({ ...emptyRequest(), ...options })).toHaveLength(count);
});
