import { afterEach, expect, it, vi } from 'vitest';
import { checkPrivilege } from '../../../../src/genimage/preflight/privilege.ts';

afterEach(() => vi.restoreAllMocks());

it('a user who is not root is told before anything is tried, and what works for him', async () => {
  if (process.geteuid === undefined) throw new Error('this system has no users');
  vi.spyOn(process as { geteuid: () => number }, 'geteuid').mockReturnValue(1000);
  const problems = await checkPrivilege();
  expect(problems.map(({ code }) => code)).toEqual(['not-root']);
  expect(problems[0]?.hint).toContain('--dryrun');
});
