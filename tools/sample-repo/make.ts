import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import type { Phase } from '../../src/report/reporter.ts';
import { isKernelImage, kernelVersion } from './adjust.ts';
import { type DebianPackage, offersOf } from './closure.ts';
import { renderComps } from './comps.ts';
import { type BuildPlace, buildRpm, convertPackage, kernelSpec, writeMagic } from './convert.ts';
import { debFileName } from './download.ts';
import { elSystem, filesystemSpec, writeFilesystem } from './filesystem-package.ts';
import { makeKey, type SigningKey, signRpms } from './keys.ts';
import { keyName, layout } from './layout.ts';
import type { Machine } from './machine.ts';
import { computeGroup, computeList } from './packages.ts';
import { inParallel } from './parallel.ts';
import { buildTinyPackage, oldAgent, tinyRepositories } from './tiny-packages.ts';
import type { Made } from './types.ts';

export interface MakeInput {
  readonly machine: Machine;
  readonly packages: readonly DebianPackage[];
  /** Folder of the .deb files. */
  readonly debs: string;
  /** An empty folder, where all is made. */
  readonly dir: string;
}

/** Makes all repositories in `dir`. */
export async function makeRepositories(input: MakeInput, phase: Phase): Promise<Made> {
  const homes = await mkdtemp(join(tmpdir(), 'rootimg-keys-'));
  const scratch = join(input.dir, 'scratch');
  try {
    const places = layout(input.dir, input.machine.rpm);
    await mkdir(places.keys, { recursive: true });
    await mkdir(scratch);
    await writeMagic(join(scratch, 'magic'));
    const keys = {
      good: await makeKey(homes, 'good', places.gpgKeyFile),
      other: await makeKey(homes, 'other', places.badKeyFile),
    };
    const made = await makeDistribution(input, scratch, keys.good, phase);
    for (const repository of tinyRepositories) {
      const rpms = join(input.dir, repository.path);
      for (const tiny of repository.packages) await buildTinyPackage(tiny, place(input, rpms, scratch));
      if (repository.signedBy !== 'nobody') await signRpms(keys[repository.signedBy], await rpmFiles(rpms));
      await copyFile(places.gpgKeyFile, join(rpms, keyName));
    }
    // A repository is read with all below it: the outer ones leave the inner ones out.
    for (const repository of tinyRepositories) {
      await run(['createrepo_c', '--quiet', '--excludes', '*/*', join(input.dir, repository.path)]);
    }
    return made;
  } finally {
    await rm(homes, { recursive: true, force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

function place(input: MakeInput, rpms: string, scratch: string): BuildPlace {
  return { rpms, scratch, magic: join(scratch, 'magic'), arch: input.machine.rpm };
}

async function rpmFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.rpm')).map((name) => join(folder, name));
}

async function makeDistribution(
  input: MakeInput,
  scratch: string,
  key: SigningKey,
  phase: Phase,
): Promise<Made> {
  const { pkgdir } = layout(input.dir, input.machine.rpm);
  const rpms = join(pkgdir, 'Packages');
  await mkdir(rpms, { recursive: true });
  const target = place(input, rpms, scratch);
  const kernel = input.packages.find((pkg) => isKernelImage(pkg.name));
  if (kernel === undefined) throw new Error('no kernel among the packages');
  const kernelver = kernelVersion(kernel.name);
  const system = elSystem();
  await buildRpm(filesystemSpec(system), target, (root) => writeFilesystem(root, system));
  await buildRpm(kernelSpec(kernelver), target, async () => {});
  await buildTinyPackage(oldAgent, target);

  // The biggest first, so that no processor waits for it at the end; the kernel's own metapackage has no
  // files worth a package.
  const converted = input.packages
    .filter((pkg) => pkg.name !== input.machine.kernelPackage)
    .sort((a, b) => b.size - a.size);
  const offers = offersOf(converted);
  let done = 0;
  await inParallel(converted, availableParallelism(), async (pkg) => {
    await convertPackage(pkg, join(input.debs, debFileName(pkg)), (name) => offers.has(name), target);
    done += 1;
    phase.progress(pkg.name, done, converted.length);
  });

  phase.progress('signing');
  const files = await rpmFiles(rpms);
  await signRpms(key, files);
  await copyFile(key.publicFile, join(pkgdir, keyName));
  const comps = join(scratch, 'comps.xml');
  await writeFile(comps, renderComps(computeGroup, computeList));
  phase.progress('writing the metadata');
  await run(['createrepo_c', '--quiet', '--groupfile', comps, pkgdir], { action: 'write the metadata' });
  return { kernelver, packageCount: files.length };
}
