import { join } from 'node:path';
import { z } from 'zod';
import { inPhase, type Reporter } from '../../src/report/reporter.ts';
import { alone } from '../sample-repo/alone.ts';
import { listsState } from '../sample-repo/apt-lists.ts';
import { currentFolder, digest, readJson, recordCurrent, removeOld } from '../sample-repo/cache.ts';
import { fetchPackages } from '../sample-repo/index.ts';
import { type Machine, thisMachine } from '../sample-repo/machine.ts';
import { recipe } from '../sample-repo/packages.ts';
import { folderOf, makeMedia } from './make.ts';
import { kernelVersionOf, madePackages, mediumFolders, recipeVersion, suseSystem } from './packages.ts';

/** Media like SUSE's. All paths are absolute and belong to a cache: read them, never write there. */
export interface SampleSuse {
  readonly arch: string;
  /** Folder with `1` (Product-SLES and modules) and `2`; what copycds makes of the media of SLE 15 SP6. */
  readonly sles15: string;
  /** The same of Leap 15.6 and 16.0: one repository each, in `1`. */
  readonly leap15: string;
  readonly leap16: string;
  /** Repository with a newer aaa_base. */
  readonly update: string;
  /** The public key that signed all packages and metadata; it lies beside each repomd.xml. */
  readonly keyFile: string;
  /** Another public key, which signed nothing. */
  readonly badKeyFile: string;
  /** As `uname -r` gives it on the node, and the version of kernel-default. */
  readonly kernelver: string;
  readonly krpmver: string;
}

/**
 * Gives the sample media of this machine: Debian packages under SUSE's names, in SUSE's layout. The first call
 * makes them (a minute or two), later ones find them. Needs root.
 */
export async function ensureSampleSuse(reporter: Reporter): Promise<SampleSuse> {
  const cache = process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg';
  const base = join(cache, 'sample-suse');
  const machine = await thisMachine();
  const find = async () => findMade({ base, state: await stateOf(machine) }, machine);
  const found = await find();
  if (found !== undefined) return found;
  return alone(base, 'the sample media of SUSE', reporter, async () => {
    // Somebody may have made it while we waited.
    return (await find()) ?? (await make(base, cache, machine, reporter));
  });
}

const inputs = (machine: Machine) => [
  recipeVersion,
  recipe(machine),
  madePackages('k'),
  suseSystem(),
  mediumFolders,
];

async function stateOf(machine: Machine): Promise<string> {
  return digest([inputs(machine), await listsState()]);
}

async function findMade(
  state: { base: string; state: string },
  machine: Machine,
): Promise<SampleSuse | undefined> {
  const dir = await currentFolder(state);
  return dir === undefined ? undefined : readMedia(dir, machine);
}

async function readMedia(dir: string, { rpm: arch }: Machine): Promise<SampleSuse | undefined> {
  const made = await readJson(join(dir, 'media.json'), z.object({ kernelver: z.string() }));
  if (made === undefined) return undefined;
  const { version, release } = kernelVersionOf(made.kernelver);
  return {
    ...{ arch, kernelver: made.kernelver, krpmver: `${version}-${release}` },
    sles15: join(dir, 'sles15.6', arch),
    leap15: join(dir, 'leap15.6', arch),
    leap16: join(dir, 'leap16.0', arch),
    update: folderOf(dir, arch, 'update'),
    keyFile: join(dir, 'keys/gpg-pubkey-suse.asc'),
    badKeyFile: join(dir, 'keys/gpg-pubkey-other.asc'),
  };
}

async function make(base: string, cache: string, machine: Machine, reporter: Reporter): Promise<SampleSuse> {
  // The Debian packages are those of the sample repository.
  const source = join(cache, 'sample-repo');
  const { packages } = await alone(source, 'the sample repository', reporter, () =>
    fetchPackages(source, reporter),
  );
  const key = digest([inputs(machine), packages.map((pkg) => [pkg.name, pkg.version, pkg.sha256])]);
  const dir = join(base, key);
  if ((await readMedia(dir, machine)) === undefined) {
    await inPhase(reporter, 'sample media of SUSE', (phase) =>
      makeMedia(base, { machine, packages, debs: join(source, 'debs'), dir }, phase),
    );
  }
  await recordCurrent({ base, state: await stateOf(machine) }, key);
  await removeOld(base, key);
  const made = await readMedia(dir, machine);
  if (made === undefined) throw new Error(`${dir} was not made`);
  return made;
}
