import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { exists } from '../../base/exists.ts';
import { debArchiveOf, hostSources } from '../../family/archives.ts';
import type { PlanFile, Repository } from '../../plan/build-plan.ts';
import { usesPlanKeys } from '../../plan/plan-keys.ts';
import { unreadable } from '../list-file.ts';
import { type FoundFiles, planFile } from '../plan-files.ts';

/**
 * The keys of the distribution that this host has: its keyring, else what it trusts of that distribution.
 */
export async function findDebKeys(osvers: string, hostRoot: string): Promise<PlanFile[]> {
  const keyring = debArchiveOf(osvers)?.keyring;
  if (keyring === undefined) return [];
  for (const file of keyring.files.map((path) => join(hostRoot, path))) {
    if (await exists(file)) return [await planFile(file, 'key')];
  }
  const folder = join(hostRoot, hostSources.trusted);
  const names = (await readdir(folder).catch(() => [])).filter((name) => keyring.trusted.test(name));
  return Promise.all(names.sort().map((name) => planFile(join(folder, name), 'key')));
}

/** The keyrings that single repositories are signed by, each once. */
export async function readSigners(
  repositories: readonly Repository[],
  known: readonly PlanFile[],
  cwd: string,
): Promise<FoundFiles> {
  const paths = repositories.flatMap(({ deb }) => deb?.signedBy ?? []).map((path) => resolve(cwd, path));
  const files: PlanFile[] = [];
  const problems: Problem[] = [];
  for (const path of new Set(paths)) {
    if (known.some((file) => file.path === path)) continue;
    await planFile(path, 'key').then(
      (file) => files.push(file),
      (error: unknown) => problems.push(unreadable(path, 'key of Signed-By', undefined, error)),
    );
  }
  return { files, problems };
}

/** The problem of repositories that are to be checked, and no key to check them with. */
export function noKeyProblems(
  osvers: string,
  repositories: readonly Repository[],
  keys: readonly PlanFile[],
): Problem[] {
  const [first] = repositories.filter(usesPlanKeys);
  if (first === undefined || keys.length > 0) return [];
  const keyring = debArchiveOf(osvers)?.keyring;
  const packages = keyring === undefined ? '' : `Install ${keyring.packages}, or name`;
  return [
    {
      code: 'no-key',
      message: `There is no key on this host to check the signature of ${first.url} with: looked for ${keyring?.files[0] ?? 'a keyring'}.`,
      hint: `${packages || 'Name'} a file of the key in keys of config.yaml or with --gpgkeys.`,
    },
  ];
}
