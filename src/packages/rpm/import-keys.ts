import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOverRoot } from '../../sandbox/sandbox.ts';
import { commandFailed } from '../../system/command-error.ts';
import { anyExitCode } from '../../system/exec.ts';
import type { PackageSite } from '../manager.ts';
import type { RpmHost } from './rpm-macros.ts';

/**
 * Puts public keys into the database of a root, and gives the files of those that this host's rpm does not
 * take: newer ones refuse what stands on SHA-1 alone. `warn` hears of them; what they signed is refused.
 */
export async function importKeys(
  { root, macros }: Pick<RpmHost, 'root' | 'macros'>,
  keys: readonly string[],
  warn: (text: string) => void,
): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const action = 'import the keys';
  const argv = ['rpm', '--root', root, '--import', ...keys];
  const options = { action, okCodes: anyExitCode };
  const { exitCode, stderr } = await runOverRoot(root, argv, { rpmMacros: macros }, options);
  if (exitCode === 0) return [];
  // It goes on with the others.
  const refused = keys.filter((path) => stderr.includes(`error: ${path}: `));
  if (refused.length === 0)
    throw commandFailed(argv, { action }, `ended with exit status ${exitCode}`, stderr);
  const why = 'such as keys with SHA-1 alone; packages that they signed are refused';
  warn(`This host's rpm does not take the keys ${refused.join(', ')} (${why}).`);
  return refused;
}

/**
 * The key files of a plan for a manager that fails at the first key which rpm does not take: where there are
 * such, one file of the run with all others.
 */
export async function takenKeys(
  { plan, temporary, warn }: Pick<PackageSite, 'plan' | 'temporary' | 'warn'>,
  macros: string,
): Promise<string[]> {
  if (!plan.repositories.some(({ unchecked }) => unchecked === undefined)) return plan.keys;
  const root = join(temporary, 'trial-of-keys');
  for (const name of ['proc', 'sys', 'dev', 'run', 'tmp']) await mkdir(join(root, name), { recursive: true });
  const refused = await importKeys({ root, macros }, plan.keys, warn);
  if (refused.length === 0) return plan.keys;
  const argv = ['rpm', '--root', root, '-q', 'gpg-pubkey', '--queryformat', '%{DESCRIPTION}\\n'];
  const { exitCode, stdout } = await runOverRoot(root, argv, { rpmMacros: macros }, { okCodes: [0, 1] });
  // None at all: the manager itself says what comes of that, and where nothing is installed nothing does.
  if (exitCode !== 0) return plan.keys;
  const file = join(temporary, 'taken-keys.asc');
  await writeFile(file, stdout);
  return [file];
}
