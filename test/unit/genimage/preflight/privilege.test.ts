import { dirname } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { checkNamespaces, checkPrivilege } from '../../../../src/genimage/preflight/privilege.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('a user who is not root is told before anything is tried, and what works for him', async () => {
  if (process.geteuid === undefined) throw new Error('this system has no users');
  vi.spyOn(process as { geteuid: () => number }, 'geteuid').mockReturnValue(1000);
  const problems = await checkPrivilege();
  expect(problems.map(({ code }) => code)).toEqual(['not-root']);
  expect(problems[0]?.hint).toContain('--dryrun');
});

it('a host that lets nobody make namespaces is told in the words of unshare', async () => {
  const said = 'unshare failed: Operation not permitted';
  const program = await folder.file('unshare', `#!/bin/sh\necho '${said}' >&2\nexit 1\n`, 0o755);
  vi.stubEnv('PATH', `${dirname(program)}:${process.env['PATH']}`);
  const problems = await checkNamespaces();
  expect(problems.map(({ code }) => code)).toEqual(['no-namespaces']);
  expect(problems[0]?.message).toContain(said);
});
