import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RootimgError } from '../../src/base/errors.ts';
import { inPhase, type Reporter } from '../../src/report/reporter.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { temporaryDir } from '../../src/system/temp.ts';
import { alone } from '../sample-repo/alone.ts';
import { listsState, updateLists } from '../sample-repo/apt-lists.ts';
import { currentFolder, digest, readJson, recordCurrent, removeOld } from '../sample-repo/cache.ts';
import { type DebianPackage, makeEmptyMachine, resolveClosure } from '../sample-repo/closure.ts';
import { downloadPackages } from '../sample-repo/download.ts';
import { type Machine, thisMachine } from '../sample-repo/machine.ts';
import { fill } from './make.ts';
import {
  baseFiles,
  basePackages,
  extraPackages,
  madeNames,
  madePackages,
  osRelease,
  recipeVersion,
} from './packages.ts';

/** An archive like Ubuntu's. All paths are absolute and belong to a cache: read them, never write there. */
export interface SampleArchive {
  readonly osvers: 'ubuntu22.04';
  readonly arch: string;
  /** Holds dists/ with jammy, jammy-updates, jammy-security (main, universe), and pool/. */
  readonly mirror: string;
  /** The public key that signed all suites. */
  readonly keyFile: string;
  /** Another public key, which signed nothing. */
  readonly badKeyFile: string;
  /** As `uname -r` gives it on the node. */
  readonly kernelver: string;
}

const list = 'share/xcat/netboot/ubuntu/compute.ubuntu22.04.x86_64.pkglist';

/**
 * Gives the sample archive of this machine: Debian packages in the suites of Ubuntu 22.04, with all that the
 * compute list names, os-release included. The first call downloads and makes it (a minute), later ones find
 * it. Needs root.
 */
export async function ensureSampleArchive(reporter: Reporter): Promise<SampleArchive> {
  const base = join(process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg', 'sample-archive');
  const machine = await thisMachine();
  const names = await wantedNames(machine);
  const find = async () => findMade({ base, state: await stateOf(names) }, machine);
  const found = await find();
  if (found !== undefined) return found;
  return alone(base, 'the sample archive', reporter, async () => {
    // Somebody may have made it while we waited.
    return (await find()) ?? (await make(base, machine, names, reporter));
  });
}

async function wantedNames({ kernelPackage }: Machine): Promise<string[]> {
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const named = passes.flatMap(({ install }) => install.map(({ name }) => name));
  const own = named.filter((name) => !madeNames.includes(name));
  return [...new Set([...basePackages, ...own, ...extraPackages, kernelPackage])];
}

const inputs = (names: readonly string[]) => [
  recipeVersion,
  names,
  madePackages('k'),
  baseFiles,
  osRelease(''),
];

async function stateOf(names: readonly string[]): Promise<string> {
  return digest([inputs(names), await listsState()]);
}

async function findMade(
  state: { base: string; state: string },
  machine: Machine,
): Promise<SampleArchive | undefined> {
  const dir = await currentFolder(state);
  return dir === undefined ? undefined : readArchive(dir, machine);
}

const madeSchema = z.object({ kernelver: z.string() });

async function readArchive(dir: string, { rpm: arch }: Machine): Promise<SampleArchive | undefined> {
  const made = await readJson(join(dir, 'archive.json'), madeSchema);
  if (made === undefined) return undefined;
  const keyFile = join(dir, 'keys/archive.asc');
  const badKeyFile = join(dir, 'keys/other.asc');
  return { osvers: 'ubuntu22.04', arch, mirror: join(dir, 'ubuntu'), keyFile, badKeyFile, ...made };
}

async function make(
  base: string,
  machine: Machine,
  names: readonly string[],
  reporter: Reporter,
): Promise<SampleArchive> {
  const packages = await inPhase(reporter, 'sample archive: Debian packages', () =>
    fetchPackages(base, names, reporter),
  );
  const key = digest([inputs(names), packages.map((pkg) => [pkg.name, pkg.version, pkg.sha256])]);
  const dir = join(base, key);
  if ((await readArchive(dir, machine)) === undefined) {
    await inPhase(reporter, 'sample archive: suites', () => fill(base, dir, packages, machine));
  }
  await recordCurrent({ base, state: await stateOf(names) }, key);
  await removeOld(base, key);
  const made = await readArchive(dir, machine);
  if (made === undefined) throw new Error(`${dir} was not made`);
  return made;
}

/** Resolves and downloads; with fresh package lists once more when those that are there do not do. */
async function fetchPackages(
  base: string,
  names: readonly string[],
  reporter: Reporter,
): Promise<DebianPackage[]> {
  const attempt = async () => {
    const state = await temporaryDir(base, 'apt');
    try {
      await makeEmptyMachine(state);
      const packages = await resolveClosure(state, names);
      await downloadPackages(packages, join(base, 'debs'));
      return packages;
    } finally {
      await rm(state, { recursive: true, force: true });
    }
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
