import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import { inPhase, type Reporter } from '../../src/report/reporter.ts';
import { temporaryDir } from '../../src/system/temp.ts';
import { alone } from './alone.ts';
import { findCurrent, type Lookup, lookUp, readMade, recordCurrent, removeOld } from './cache.ts';
import { type DebianPackage, makeEmptyMachine, pruneClosure, resolveClosure } from './closure.ts';
import { downloadPackages } from './download.ts';
import { describeRepository } from './layout.ts';
import { makeRepositories } from './make.ts';
import { pruneTables, wantedPackages } from './packages.ts';
import type { SampleRepository } from './types.ts';
import { updateLists } from './apt-lists.ts';

export { sampleRepositoryTools } from './host-tools.ts';
export type { SampleRepository } from './types.ts';

/**
 * Gives the sample repository of this machine: real, signed RPMs made from Debian packages. The first call
 * downloads and makes it (a minute or two), later ones find it. Callers at the same time wait for the one
 * that makes it. Needs root, because the packages hold files of many owners, and the tools of
 * `sampleRepositoryTools`.
 */
export async function ensureSampleRepository(reporter: Reporter): Promise<SampleRepository> {
  const base = join(process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg', 'sample-repo');
  const found = await findCurrent(await lookUp(base));
  if (found !== undefined) return found;
  return alone(base, 'the sample repository', reporter, async () => {
    // Somebody may have made it while we waited.
    return (await findCurrent(await lookUp(base))) ?? (await make(base, reporter));
  });
}

async function make(base: string, reporter: Reporter): Promise<SampleRepository> {
  const { lookup, packages } = await inPhase(
    reporter,
    'sample repository: Debian packages',
    () => fetchPackages(base, reporter),
    (result) => `${result.packages.length} packages`,
  );
  const arch = lookup.machine.rpm;
  const key = lookup.keyOf(packages);
  const dir = join(base, key);
  const ready = await readMade(dir);
  if (ready !== undefined) {
    await recordCurrent(lookup, key);
    return describeRepository(dir, arch, ready);
  }
  return inPhase(reporter, 'sample repository: RPMs', async (phase) => {
    const temporary = await temporaryDir(base, 'build');
    try {
      const made = await makeRepositories(
        { machine: lookup.machine, packages, debs: join(base, 'debs'), dir: temporary },
        phase,
      );
      await writeFile(join(temporary, 'repository.json'), `${JSON.stringify(made)}\n`);
      await chmod(temporary, 0o755);
      await rename(temporary, dir);
      await recordCurrent(lookup, key);
      await removeOld(base, key);
      return describeRepository(dir, arch, made);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/**
 * Resolves and downloads; with fresh package lists once more when the ones that are there are missing or too
 * old.
 */
export async function fetchPackages(
  base: string,
  reporter: Reporter,
): Promise<{ lookup: Lookup; packages: DebianPackage[] }> {
  const attempt = async () => {
    const lookup = await lookUp(base);
    const packages = await resolve(base, lookup.machine.kernelPackage);
    await downloadPackages(packages, join(base, 'debs'));
    return { lookup, packages };
  };
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof RootimgError) || error.code === 'stopped') throw error;
    reporter.info('The package lists of this machine are missing or too old; fetching them.');
    await updateLists();
    return attempt();
  }
}

async function resolve(base: string, kernelPackage: string): Promise<DebianPackage[]> {
  const state = await temporaryDir(base, 'apt');
  try {
    const roots = [...wantedPackages, kernelPackage];
    await makeEmptyMachine(state);
    const closure = await resolveClosure(state, roots);
    return pruneClosure(closure, roots, pruneTables);
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}
