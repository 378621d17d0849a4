import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { usesPlanKeys } from '../../plan/plan-keys.ts';
import { safeFolderProblems } from '../../base/safe-folder.ts';
import { familyOf } from '../../family/families.ts';
import { isRenewed, keyWords, whyUnfit } from '../../plan/public-keys.ts';
import type { BuildContext } from '../build-context.ts';

/** Files that the build reads or runs must be there, before the long part begins. */
export async function checkBuildFiles(plan: BuildPlan, context: BuildContext): Promise<Problem[]> {
  const problems: Problem[] = [];
  if (!plan.request.onlyinitrd) {
    for (const { path } of plan.postinstall) problems.push(...(await checkScript(path)));
    for (const key of plan.keys) problems.push(...(await checkReadable(key, 'key')));
    const checked = plan.repositories.filter(({ unchecked }) => unchecked === undefined);
    if (plan.keys.length === 0 && plan.repositories.some(usesPlanKeys)) problems.push(noKey(plan));
    if (checked.length > 0) problems.push(...unfitKeys(plan, Date.now()));
    for (const path of authorities(plan)) problems.push(...(await checkReadable(path, 'file of a CA')));
  }
  problems.push(...(await checkReadable(join(context.dracutModuleDir, 'module-setup.sh'), 'dracut module')));
  return problems;
}

/** xCAT: a postinstall script that is not executable stops the build. */
async function checkScript(path: string): Promise<Problem[]> {
  const found = await stat(path).catch(() => undefined);
  const problem = (what: string, hint: string): Problem[] => [
    { code: 'postinstall-unusable', message: `The postinstall script ${path} ${what}.`, hint },
  ];
  if (found === undefined) return problem('does not exist', 'Correct the attribute postinstall.');
  if (!found.isFile()) return problem('is not a file', 'Correct the attribute postinstall.');
  // Root may always "execute"; the mode decides.
  if ((found.mode & 0o111) === 0) return problem('is not executable', `chmod +x ${path}`);
  // Root runs it.
  return safeFolderProblems(path);
}

async function checkReadable(path: string, what: string): Promise<Problem[]> {
  try {
    await access(path, constants.R_OK);
    return [];
  } catch {
    return [{ code: 'file-unreadable', message: `The ${what} ${path} cannot be read.` }];
  }
}

/**
 * Keys that count no more. A manager that does not ask how old a key is would take them; one that does may
 * have them beside others, as in the keyrings of archives.
 */
function unfitKeys({ files, image }: BuildPlan, now: number): Problem[] {
  const takesAll = familyOf(image.family).filling?.keys.ageIsChecked !== true;
  return files.flatMap(({ path, role, publicKeys = [] }) => {
    if (role !== 'key') return [];
    const unfit = publicKeys.filter((key) => whyUnfit(key, now) !== undefined && !isRenewed(key, files, now));
    if (unfit.length === 0 || (!takesAll && unfit.length < publicKeys.length)) return [];
    return unfit.map((key) => ({
      code: 'key-unfit',
      message: `The key ${keyWords(key)} of ${path} ${whyUnfit(key, now)}.`,
      hint: 'Name its renewed copy in keys of config.yaml or with --gpgkeys; gpgcheck: false for a repository, or --no-gpgcheck, does without keys.',
    }));
  });
}

function authorities(plan: BuildPlan): string[] {
  const paths = plan.repositories.flatMap(({ sslcacert }) => (sslcacert === undefined ? [] : [sslcacert]));
  return [...new Set(paths)];
}

function noKey(plan: BuildPlan): Problem {
  return {
    code: 'no-key',
    message: `There is no key to check the signatures of the packages with (pkgdir=${plan.request.srcdir ?? ''}).`,
    hint: 'Put the public key as RPM-GPG-KEY-<name> into a local folder of pkgdir, or name it in keys of config.yaml or with --gpgkeys.',
  };
}
