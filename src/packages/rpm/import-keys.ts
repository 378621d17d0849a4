import { runOverRoot } from '../../sandbox/sandbox.ts';
import { commandFailed } from '../../system/command-error.ts';
import { anyExitCode } from '../../system/exec.ts';
import type { RpmHost } from './rpm-macros.ts';

/**
 * Puts the public keys of a plan into the database of a root. Those that this host's rpm does not take (newer
 * ones refuse what stands on SHA-1 alone) are left out, and `warn` hears of them: what they signed is refused.
 */
export async function importKeys(
  { root, macros }: RpmHost,
  keys: readonly string[],
  warn: (text: string) => void,
): Promise<void> {
  if (keys.length === 0) return;
  const action = 'import the keys';
  const argv = ['rpm', '--root', root, '--import', ...keys];
  const options = { action, okCodes: anyExitCode };
  const { exitCode, stderr } = await runOverRoot(root, argv, { rpmMacros: macros }, options);
  if (exitCode === 0) return;
  // It goes on with the others.
  const refused = keys.filter((path) => stderr.includes(`error: ${path}: `));
  if (refused.length === 0)
    throw commandFailed(argv, { action }, `ended with exit status ${exitCode}`, stderr);
  const why = 'such as keys with SHA-1 alone; packages that they signed are refused';
  warn(`This host's rpm does not take the keys ${refused.join(', ')} (${why}).`);
}
