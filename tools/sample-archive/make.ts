import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryDir } from '../../src/system/temp.ts';
import type { DebianPackage } from '../sample-repo/closure.ts';
import { debFileName } from '../sample-repo/download.ts';
import { makeKey } from '../sample-repo/keys.ts';
import type { Machine } from '../sample-repo/machine.ts';
import { makeDeb, renameBaseFiles } from './made-deb.ts';
import { baseFiles, inUniverse, madePackages } from './packages.ts';
import { makeArchive, type Placed } from './reprepro.ts';

/** Makes the archive beside `dir` and gives it its name when it is whole. */
export async function fill(
  base: string,
  dir: string,
  packages: readonly DebianPackage[],
  machine: Machine,
): Promise<void> {
  const temporary = await temporaryDir(base, 'build');
  const homes = await mkdtemp(join(tmpdir(), 'rootimg-keys-'));
  try {
    const scratch = join(temporary, 'scratch');
    for (const folder of [scratch, join(temporary, 'keys')]) await mkdir(folder);
    const key = await makeKey(homes, 'archive', join(temporary, 'keys/archive.asc'));
    await makeKey(homes, 'other', join(temporary, 'keys/other.asc'));
    const kernel = packages.find(({ name }) => /^linux-image-\d/.test(name));
    if (kernel === undefined) throw new Error('no kernel among the packages');
    const placed = await placePackages(packages, kernel.name, join(base, 'debs'), scratch, machine.debian);
    await makeArchive(join(temporary, 'ubuntu'), placed, machine.debian, key);
    await rm(scratch, { recursive: true });
    const made = { kernelver: kernel.name.replace(/^linux-image-/, '') };
    await writeFile(join(temporary, 'archive.json'), `${JSON.stringify(made)}\n`);
    await chmod(temporary, 0o755);
    await rename(temporary, dir);
  } finally {
    await rm(homes, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

async function placePackages(
  packages: readonly DebianPackage[],
  kernelPackage: string,
  debs: string,
  scratch: string,
  architecture: string,
): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const pkg of packages) {
    const deb = join(debs, debFileName(pkg));
    if (pkg.name !== 'base-files') {
      placed.push({ deb, suite: 'jammy', component: inUniverse.test(pkg.name) ? 'universe' : 'main' });
      continue;
    }
    for (const { version, suite, point } of baseFiles) {
      placed.push({ deb: await renameBaseFiles(deb, version, point, scratch), suite, component: 'main' });
    }
  }
  for (const made of madePackages(kernelPackage)) {
    const { suite, component } = made;
    placed.push({ deb: await makeDeb(made, architecture, scratch), suite, component });
  }
  return placed;
}
