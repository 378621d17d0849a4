import type { Problem } from '../../base/errors.ts';
import { digestsOfFiles } from '../../packages/digests-of-files.ts';
import type { OfferedPackage, Session } from '../../packages/manager.ts';
import { packageTasks } from '../../packages/package-tasks.ts';
import { type BuildLock, type LockedPackage, packagesAfter } from '../../plan/build-lock.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { PackageId } from '../../plan/package-id.ts';
import { environmentDigest, lockedFiles, packagesOf } from './make-lock.ts';

const hint = 'genimage --update-lock NAME makes the lock anew and tells what moves.';

/** In what the plan of a build is not what its lock was made from. */
export function planProblems(plan: BuildPlan): Problem[] {
  const { lock } = plan;
  if (lock === undefined) return [];
  const problems = [...imageProblems(plan, lock), ...fileProblems(plan, lock)];
  if (lock.environment !== environmentDigest(plan)) {
    problems.push(changed('The environment of the build (environvar) is not that of the lock.'));
  }
  const shape = (steps: readonly { list: string; pass: number; command: string }[]) =>
    steps.map(({ list, pass, command }) => `${list} ${pass} ${command}`).join();
  const tasks = packageTasks(plan).map(({ list, pass, task }) => ({ list, pass, command: task.command }));
  if (problems.length === 0 && shape(tasks) !== shape(lock.steps)) {
    problems.push(
      changed('The passes of the package lists are not those of the lock (was --noupdate given?).'),
    );
  }
  return problems;
}

function changed(message: string): Problem {
  return { code: 'lock-changed', message, hint };
}

function imageProblems({ image }: BuildPlan, lock: BuildLock): Problem[] {
  const keys = ['name', 'osvers', 'arch', 'profile'] as const;
  return keys
    .filter((key) => image[key] !== lock.image[key])
    .map((key) =>
      changed(`The lock is of another image: its ${key} is ${lock.image[key]}, not ${image[key]}.`),
    );
}

/** Where a file lies may differ from host to host; what counts is that each has its fellow of the same bytes. */
function fileProblems(plan: BuildPlan, lock: BuildLock): Problem[] {
  const key = ({ role, sha256 }: BuildLock['files'][number]) => `${role} ${sha256}`;
  const [now, then] = [lockedFiles(plan), lock.files];
  const [nowKeys, thenKeys] = [new Set(now.map(key)), new Set(then.map(key))];
  const place = ({ role, path }: BuildLock['files'][number]) => `${role} ${path}`;
  const newOnes = now.filter((one) => !thenKeys.has(key(one)));
  const newPlaces = new Set(newOnes.map(place));
  const before = new Set(then.map(place));
  const gone = then.filter((one) => !nowKeys.has(key(one)) && !newPlaces.has(place(one)));
  return [
    ...newOnes.map((one) =>
      changed(
        `The ${one.role} ${one.path} ${before.has(place(one)) ? 'has changed since' : 'is not in'} the lock.`,
      ),
    ),
    ...gone.map((one) => changed(`The ${one.role} ${one.path} of the lock is not used any more.`)),
  ];
}

/**
 * Every package of the lock that its repository (or the folder of kept packages) does not have, or has with other
 * bytes.
 */
export async function packageProblems(plan: BuildPlan, session: Session): Promise<Problem[]> {
  const { lock } = plan;
  if (lock === undefined || session.locking === undefined) return [];
  const wanted = packagesOf(lock.steps);
  const known = new Set(['file', ...plan.repositories.map(({ id }) => id)]);
  const asked = wanted.filter(({ repository }) => known.has(repository));
  const offered = await digestsOfFiles(asked, await session.locking.offers(asked));
  return wanted.flatMap((one) => {
    const reason = known.has(one.repository) ? whyNot(one, offered) : 'the image has no such repository';
    if (reason === undefined) return [];
    const message = `${one.name} ${one.version} (${one.arch}) of the lock cannot be had from ${placeOf(plan, one)}: ${reason}.`;
    return [{ code: 'lock-package', message, hint }];
  });
}

function placeOf(plan: BuildPlan, { repository }: LockedPackage): string {
  const found = plan.repositories.find(({ id }) => id === repository);
  return found === undefined ? repository : (found.keptIn ?? found.url);
}

function whyNot(one: LockedPackage, offered: readonly OfferedPackage[]): string | undefined {
  const same = offered.filter(
    (other) => other.name === one.name && other.arch === one.arch && other.repository === one.repository,
  );
  const exact = same.filter(({ version }) => version === one.version);
  if (exact.some(({ digest }) => digest === one.digest)) return undefined;
  const [other] = exact;
  if (other?.digest.startsWith('missing:')) return 'its file is not there';
  if (other !== undefined) return `its bytes are others now (${other.digest}, not ${one.digest})`;
  const versions = [...new Set(same.map(({ version }) => version))];
  return versions.length === 0 ? 'it is gone' : `it is gone; there is ${versions.join(', ')}`;
}

/** What is in the tree and not in the lock, and the other way round. */
export function treeProblems(lock: BuildLock, installed: readonly PackageId[]): Problem[] {
  const word = ({ name, version, arch }: Pick<PackageId, 'name' | 'version' | 'arch'>) =>
    `${name} ${version} (${arch})`;
  const packages = installed.filter(({ name }) => name !== 'gpg-pubkey').map(word);
  const known = new Set(packagesOf(lock.steps).map(word));
  const there = new Set(packages);
  const missing = packagesAfter(lock.steps, { kept: false }).filter((one) => !there.has(word(one)));
  return [
    ...packages
      .filter((one) => !known.has(one))
      .map((one) => strayed(`${one} is in the tree and not in the lock.`)),
    ...missing.map((one) => strayed(`${word(one)} of the lock is not in the tree.`)),
  ];
}

function strayed(message: string): Problem {
  return { code: 'lock-not-kept', message, hint: 'logs/ tells what the package manager did instead.' };
}
