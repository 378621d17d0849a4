import { expect, it } from 'vitest';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import { interfaceProblems } from '../../../src/resolve/check-values.ts';

it.each([
  ['nodebootif', '../x'],
  ['nodebootif', 'ens1 ens2'],
  ['nodebootif', 'ens1,ens2'],
  ['otherifce', 'ens1,../../etc/x'],
  ['otherifce', 'ens1 ens2,ens3'],
])('%s=%s is refused by name', (attribute, value) => {
  const [problem, ...others] = interfaceProblems({ ...emptyRequest(), [attribute]: value });
  expect(problem?.message).toContain(`${attribute} '`);
  expect(others).toEqual([]);
});

it.each([
  ['nodebootif', 'eth0'],
  ['nodebootif', 'mac'],
  ['nodebootif', '00:11:22:33:44:55'],
  ['otherifce', 'ens1, ib0,bond0.12'],
  ['otherifce', ''],
])('%s=%s is taken', (attribute, value) => {
  expect(interfaceProblems({ ...emptyRequest(), [attribute]: value })).toEqual([]);
});
