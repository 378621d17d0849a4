import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFolder, copyWhole } from '../../base/copy-file.ts';
import { nevra } from '../../plan/package-id.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { PackageChoice, UndigestedPackage } from '../manager.ts';
import { narrowPrimary } from '../rpm/primary.ts';
import { narrowYast } from './yast-packages.ts';
import type { Zypper } from './zypper-call.ts';
import { kindOf, plainPackages, rawMetadata, wholeMetadata } from './zypper-offers.ts';
import { writeRepository } from './zypper-open.ts';

type Judge = (one: Omit<UndigestedPackage, 'repository'>) => boolean;

/**
 * Gives a function that lets zypper see no other packages than a choice says, all without one. zypper itself
 * knows no such wish: what it has read of the repositories, and checked, is cut down to them.
 */
export function zypperChoice(zypper: Zypper): (choice: PackageChoice | undefined) => Promise<void> {
  let seen: string | undefined;
  return async (choice) => {
    const wanted = choice && JSON.stringify(choice);
    if (wanted === seen) return;
    for (const repository of zypper.site.plan.repositories) {
      await narrow(zypper, repository, choice && judgeOf(repository, choice));
    }
    seen = wanted;
  };
}

function judgeOf({ id }: Repository, { packages, others }: PackageChoice): Judge {
  const mine = others === 'none' ? packages.filter(({ repository }) => repository === id) : packages;
  const chosen = new Set(mine.map(nevra));
  if (others === 'none') return (one) => chosen.has(nevra(one));
  const names = new Set(packages.map(({ name }) => name));
  return (one) => !names.has(one.name) || chosen.has(nevra(one));
}

async function narrow(zypper: Zypper, repository: Repository, isKept: Judge | undefined): Promise<void> {
  const { shared } = zypper.host;
  const { id } = repository;
  const [raw, whole] = [rawMetadata(shared, id), wholeMetadata(shared, id)];
  const kind = await kindOf(zypper, repository);
  if (kind === 'plain') {
    await narrowFolder(zypper, repository, isKept);
  } else {
    await mkdir(dirname(whole), { recursive: true });
    // What was read first stays; the cache gets a copy that is cut down.
    await rename(raw, whole).catch((error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error;
    });
    await rm(raw, { recursive: true, force: true });
    await copyFolder(whole, raw);
    if (isKept !== undefined && kind === 'content') await narrowYast(raw, isKept);
    else if (isKept !== undefined) await narrowPrimary(join(raw, 'repodata'), isKept);
  }
  await rm(join(shared, 'cache/solv', id), { recursive: true, force: true });
}

/** A folder of packages has no metadata: zypper is led to a copy with the chosen ones. */
async function narrowFolder(zypper: Zypper, repository: Repository, isKept?: Judge): Promise<void> {
  const { shared } = zypper.host;
  const folder = join(shared, 'plain', repository.id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if (isKept !== undefined) {
    const chosen = (await plainPackages(zypper, repository)).filter(isKept);
    for (const { path, location } of chosen) await copyWhole(path, join(folder, location));
  }
  const place = isKept === undefined ? repository : { ...repository, keptIn: folder };
  await writeRepository(shared, place, { isSigned: false, certificates: undefined });
}
