import { chmod, link, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Phase } from '../../src/report/reporter.ts';
import { temporaryDir } from '../../src/system/temp.ts';
import { isKernelImage, kernelVersion } from '../sample-repo/adjust.ts';
import { type DebianPackage, offersOf } from '../sample-repo/closure.ts';
import { type BuildPlace, buildRpm, convertPackage, writeMagic } from '../sample-repo/convert.ts';
import { debFileName } from '../sample-repo/download.ts';
import { filesystemSpec, writeFilesystem } from '../sample-repo/filesystem-package.ts';
import { makeKey, signRpms } from '../sample-repo/keys.ts';
import type { Machine } from '../sample-repo/machine.ts';
import { inParallel } from '../sample-repo/parallel.ts';
import { writeMedia, writeMetadata } from './medium.ts';
import {
  kernelVersionOf,
  type MadePackage,
  madePackages,
  mediumFolders,
  type Place,
  places,
  suseNaming,
  suseSystem,
  vendor,
} from './packages.ts';

export interface MakeInput {
  readonly machine: Machine;
  readonly packages: readonly DebianPackage[];
  /** Folder of the .deb files. */
  readonly debs: string;
  /** Where the media will lie; made beside it and renamed. */
  readonly dir: string;
}

/** Makes the media beside `dir` and gives them its name when they are whole. */
export async function makeMedia(base: string, input: MakeInput, phase: Phase): Promise<void> {
  const temporary = await temporaryDir(base, 'build');
  const homes = await mkdtemp(join(tmpdir(), 'rootimg-keys-'));
  try {
    const scratch = join(temporary, 'scratch');
    for (const folder of [scratch, join(temporary, 'keys')]) await mkdir(folder);
    const key = await makeKey(homes, 'suse', join(temporary, 'keys/gpg-pubkey-suse.asc'));
    await makeKey(homes, 'other', join(temporary, 'keys/gpg-pubkey-other.asc'));
    await writeMagic(join(scratch, 'magic'));
    const placed = await makeRpms(input, scratch, phase);
    phase.progress('signing');
    const rpms = [...new Set(placed.map(({ rpm }) => rpm))];
    await signRpms(key, rpms);
    for (const { rpm, place } of placed) await putInto(temporary, input.machine.rpm, rpm, place);
    phase.progress('writing the metadata');
    for (const place of places) await writeMetadata(folderOf(temporary, input.machine.rpm, place), key);
    await describeMedia(temporary, input.machine.rpm);
    await rm(scratch, { recursive: true });
    const kernel = input.packages.find(({ name }) => isKernelImage(name));
    const made = { kernelver: kernelVersion(kernel?.name ?? '') };
    await writeFile(join(temporary, 'media.json'), `${JSON.stringify(made)}\n`);
    await chmod(temporary, 0o755);
    await rename(temporary, input.dir);
  } finally {
    await rm(homes, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Where the packages of a repository lie. */
export function folderOf(dir: string, arch: string, place: Place): string {
  return join(dir, place === 'update' ? 'update' : mediumFolders[place].replace('ARCH', arch));
}

interface Placed {
  readonly rpm: string;
  readonly place: Place;
}

async function makeRpms(input: MakeInput, scratch: string, phase: Phase): Promise<Placed[]> {
  const { machine, packages, debs } = input;
  const target = (name: string): BuildPlace => ({
    ...{ rpms: join(scratch, 'rpms', name), scratch: join(scratch, 'work', name) },
    ...{ magic: join(scratch, 'magic'), arch: machine.rpm },
  });
  const all: readonly Place[] = ['basesystem', 'leap15', 'leap16'];
  const system = suseSystem();
  await buildRpm({ ...filesystemSpec(system), vendor }, target('filesystem'), (root) =>
    writeFilesystem(root, system),
  );
  const converted = packages
    .filter(({ name }) => name !== machine.kernelPackage)
    .sort((a, b) => b.size - a.size);
  const offers = offersOf(converted);
  let done = 0;
  await inParallel(converted, availableParallelism(), async (pkg) => {
    const deb = join(debs, debFileName(pkg));
    await convertPackage(pkg, deb, (name) => offers.has(name), target(pkg.name), suseNaming);
    phase.progress(pkg.name, (done += 1), converted.length);
  });
  const { version, release } = kernelVersionOf(
    kernelVersion(converted.find(({ name }) => isKernelImage(name))?.name ?? ''),
  );
  const placed: Placed[] = [];
  for (const name of ['filesystem', ...converted.map((pkg) => pkg.name)]) {
    const rpm = await onlyRpm(target(name).rpms);
    placed.push(...all.map((place) => ({ rpm, place })));
  }
  for (const [index, made] of madePackages(`${version}-${release}`).entries()) {
    const place = target(`made-${index}`);
    await buildMade(made, place);
    const rpm = await onlyRpm(place.rpms);
    placed.push(...made.in.map((one) => ({ rpm, place: one })));
  }
  return placed;
}

async function onlyRpm(folder: string): Promise<string> {
  const [name] = (await readdir(folder)).filter((one) => one.endsWith('.rpm'));
  if (name === undefined) throw new Error(`no RPM was made in ${folder}`);
  return join(folder, name);
}

async function buildMade(made: MadePackage, place: BuildPlace): Promise<void> {
  const { name, files = {}, provides = [], requires = [], post } = made;
  const [version = '', release = '1'] = made.version.split('-');
  const spec = {
    ...{ name, version, release, vendor, summary: name, noarch: true, provides, requires },
    ...{ requiresBefore: ['filesystem'], requiresPost: post === undefined ? [] : ['dash', 'systemd'] },
    ...(post === undefined ? {} : { post }),
    files: [],
  };
  await buildRpm(spec, place, async (root) => {
    const texts = Object.keys(files).length === 0 ? { [`usr/share/misc/${name}`]: `${name}\n` } : files;
    for (const [path, content] of Object.entries(texts)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
    }
  });
}

/** SUSE's media have a folder for each architecture. */
async function putInto(dir: string, arch: string, rpm: string, place: Place): Promise<void> {
  const folder = join(folderOf(dir, arch, place), /\.noarch\.rpm$/.test(rpm) ? 'noarch' : arch);
  await mkdir(folder, { recursive: true });
  await link(rpm, join(folder, rpm.slice(rpm.lastIndexOf('/') + 1)));
}

async function describeMedia(dir: string, arch: string): Promise<void> {
  const at = (path: string) => join(dir, path.replace('ARCH', arch));
  const sle = `SLE-15-SP6-Full-${arch}-Build709.1-Media`;
  await writeMedia(at('sles15.6/ARCH/1'), { number: 1, name: `${sle}1`, products: '/ SLES15-SP6 15.6-0\n' });
  await writeMedia(at('sles15.6/ARCH/2'), { number: 2, name: `${sle}2` });
  for (const place of ['product', 'basesystem', 'legacy', 'server', 'hpc'] as const)
    await writeMedia(at(mediumFolders[place]), { number: 1, name: `${sle}1` });
  for (const [place, version] of [
    ['leap15', '15.6'],
    ['leap16', '16.0'],
  ] as const)
    await writeMedia(at(mediumFolders[place]), {
      ...{ number: 1, name: `openSUSE - openSUSE-Leap-${version}-DVD-${arch}-Build710.3-Media` },
      products: `/ openSUSE-Leap ${version}-1\n`,
    });
}
