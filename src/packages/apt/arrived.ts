import { type Problem, throwProblems } from '../../base/errors.ts';
import { toBinary } from '../../base/bytes.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { controlFields } from '../deb/control-fields.ts';
import type { DebPackage } from '../deb/deb-status.ts';
import { readPackages } from '../deb/dpkg-database.ts';
import { type Apt, aptLog, type AptTask, callInImage } from './apt-call.ts';
import { aptWord, type Wanted, wantedBy } from './apt-words.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';

/**
 * Looks in the image's own package database whether all that a pass asked for has arrived. Throws what has
 * not, each with the line of the list that names it.
 */
export async function checkArrived(apt: Apt, task: AptTask): Promise<void> {
  const { root, plan } = apt.site;
  const packages = installedIn(root);
  const problems: Problem[] = [];
  for (const entry of task.entries) {
    const wanted = wantedBy(aptWord(entry, plan.repositories));
    if (!(await isThere(apt, task, wanted, packages))) problems.push(notArrived(entry));
  }
  throwProblems(problems);
}

/** The packages of a tree that dpkg is done with. */
export function installedIn(root: string): DebPackage[] {
  return withTree(toBinary(root), (tree) => readPackages(tree).filter(({ finished }) => finished));
}

async function isThere(apt: Apt, task: AptTask, wanted: Wanted, packages: DebPackage[]): Promise<boolean> {
  if (wanted.kind === 'file') {
    const control = await controlFields(wanted.name, 'Package', 'Version');
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1];
    return packages.some((one) => one.name === field('Package') && one.version === field('Version'));
  }
  if (wanted.kind === 'task') return hasTask(apt, task, wanted.name, packages);
  if (wanted.kind === 'pattern') {
    const pattern = globPattern(wanted.name);
    return packages.some(({ name }) => pattern.test(name));
  }
  const { name, arch, version } = wanted;
  return packages.some(
    (one) =>
      (one.name === name || (version === undefined && providedBy(one).includes(name))) &&
      (arch === undefined || one.arch === arch) &&
      (version === undefined || one.version === version || globPattern(version).test(one.version)),
  );
}

/** Names of Provides, without their versions. */
function providedBy({ text }: DebPackage): string[] {
  const field = /^Provides: (.*)$/m.exec(text)?.[1] ?? '';
  return field.split(',').map((one) => one.trim().replace(/[\s:(].*$/, ''));
}

/** A task has arrived when one of its packages is there. */
async function hasTask(apt: Apt, task: AptTask, name: string, packages: DebPackage[]): Promise<boolean> {
  const argv = [
    ...['apt-cache', '-c', `${sharedInside}/image.conf`],
    ...['-o', `Dir::Etc::sourcelist=${sharedInside}/image-sources/${task.sources}`],
    ...['dumpavail'],
  ];
  const { stdout } = await callInImage(apt, argv, task);
  const known = new Set(packages.map((one) => one.name));
  const member = new RegExp(`^Task: (?:.*[, ])?${name.replace(/[.+]/g, '\\$&')}(?:[, ]|$)`, 'm');
  return stdout
    .split('\n\n')
    .some((part) => member.test(part) && known.has(/^Package: (.*)$/m.exec(part)?.[1] ?? ''));
}

function notArrived(entry: PackageEntry): Problem {
  const { file, line } = entry.origin;
  return {
    code: 'package-not-arrived',
    message: `'${entry.name}' is not in the image after its pass.`,
    origin: line === undefined ? { file } : { file, line },
    hint: `logs/${aptLog} tells what apt did instead.`,
  };
}

/** A pattern as apt takes it: `*`, `?`, `[…]`. */
export function globPattern(name: string): RegExp {
  const text = name
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
