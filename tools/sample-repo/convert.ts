import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { adjustTree, isKernelImage, kernelVersion } from './adjust.ts';
import { type DebianPackage, requirementsOf } from './closure.ts';
import { rpmRelation, rpmVersion } from './depends.ts';
import { baseOwners } from './accounts.ts';
import { baseFolders } from './filesystem-package.ts';
import {
  droppedEverywhere,
  droppedFiles,
  elNames,
  fileMarks,
  postScripts,
  postTransactionScripts,
  pruneTables,
} from './packages.ts';
import { renderSpec, rpmbuildArgv, type Spec } from './spec.ts';
import { dropPaths, listFiles, mergeUsr } from './tree.ts';

export interface BuildPlace {
  /** RPMs go here. */
  readonly rpms: string;
  /** Each build makes and removes a folder of its own below this. */
  readonly scratch: string;
  /** The file that `writeMagic` made. */
  readonly magic: string;
  /** rpm's name of the machine. */
  readonly arch: string;
}

/**
 * Writes the patterns by which rpmbuild tells kinds of files. The system's own database takes most of the
 * time of a build, and nothing here asks for more than which files are ELF.
 */
export async function writeMagic(file: string): Promise<void> {
  await writeFile(file, '0\tstring\t\\177ELF\\002\tELF 64-bit\n0\tstring\t#!\tscript text executable\n');
}

const listOptions = { shared: new Set(baseFolders), marks: fileMarks, owners: baseOwners };

/** What a distribution calls the packages. */
export interface Naming {
  /** As `elNames`. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** The spec of the kernel's own package, made of one without its names; `uname` as `uname -r` says it. */
  readonly kernel: (spec: Spec, uname: string) => Spec;
}

/** EL's names. */
export const elNaming: Naming = { names: elNames, kernel: kernelCoreSpec };

/**
 * Turns one unpacked-to-be Debian package into an RPM. `offered` tells whether the repository has a Debian
 * name.
 */
export async function convertPackage(
  pkg: DebianPackage,
  deb: string,
  offered: (name: string) => boolean,
  place: BuildPlace,
  naming: Naming = elNaming,
): Promise<void> {
  await buildRpm(debianSpec(pkg, offered, naming), place, async (root) => {
    await run(['dpkg-deb', '--extract', deb, root], { action: `unpack ${pkg.name}` });
    await mergeUsr(root);
    await dropPaths(root, [...droppedEverywhere, ...(droppedFiles[pkg.name] ?? [])]);
    await adjustTree(pkg.name, root);
  });
}

/** Builds an RPM: `fill` makes the tree, whose paths become the %files unless the spec has its own. */
export async function buildRpm(
  spec: Spec,
  place: BuildPlace,
  fill: (root: string) => Promise<void>,
): Promise<void> {
  const scratch = join(place.scratch, spec.name);
  const root = join(scratch, 'root');
  await mkdir(root, { recursive: true });
  await fill(root);
  const files = spec.files.length > 0 ? spec.files : await listFiles(root, listOptions);
  const specFile = join(scratch, `${spec.name}.spec`);
  await writeFile(specFile, renderSpec({ ...spec, files }));
  await run(rpmbuildArgv({ spec: specFile, root, rpms: place.rpms, scratch, arch: place.arch }), {
    action: `make the RPM of ${spec.name}`,
    env: { SOURCE_DATE_EPOCH: '1700000000', MAGIC: place.magic },
  });
  await rm(scratch, { recursive: true, force: true });
}

/** The spec of a Debian package, without its files. */
export function debianSpec(
  pkg: DebianPackage,
  offered: (name: string) => boolean,
  naming: Naming = elNaming,
): Spec {
  const version = rpmVersion(pkg.version);
  const full = `${version.epoch === undefined ? '' : `${version.epoch}:`}${version.version}-${version.release}`;
  const [name = pkg.name, ...others] = naming.names[pkg.name] ?? [];
  const post = postScripts[pkg.name];
  const postTransaction = postTransactionScripts[pkg.name];
  const spec: Spec = {
    name,
    ...version,
    summary: pkg.summary,
    noarch: pkg.architecture === 'all',
    provides: [
      ...[pkg.name, ...others].filter((other) => other !== name).map((other) => provide(other, full)),
      ...pkg.provides.map(rpmRelation),
    ],
    requires: requirementsOf(pkg, offered, pruneTables).map(rpmRelation),
    requiresBefore: ['filesystem'],
    requiresPost: post === undefined ? [] : ['dash', ...post.needs],
    ...(post === undefined ? {} : { post: post.script }),
    ...(postTransaction === undefined ? {} : { postTransaction }),
    files: [],
  };
  return isKernelImage(pkg.name) ? naming.kernel(spec, kernelVersion(pkg.name)) : spec;
}

/** A path is provided without a version. */
function provide(name: string, version: string): string {
  return name.startsWith('/') ? name : `${name} = ${version}`;
}

/** Version and release of the kernel's RPM: what `uname -r` says, as far as rpm allows. */
export function kernelRpmVersion(uname: string): { version: string; release: string } {
  const [version = '', ...rest] = uname.split('-');
  return { version, release: rest.join('_') };
}

function kernelCoreSpec(spec: Spec, uname: string): Spec {
  const { epoch: _none, ...others } = spec;
  const { version, release } = kernelRpmVersion(uname);
  const full = `${version}-${release}`;
  return {
    ...others,
    name: 'kernel-core',
    version,
    release,
    provides: [
      ...spec.provides,
      ...['kernel-modules', 'kernel-modules-core', 'kernel-uname-r'].map((other) => `${other} = ${full}`),
      `linux-image-${uname}`,
    ],
  };
}

/**
 * The package that EL calls `kernel`: it only needs kernel-core of the same version. It can also be named by
 * `uname -r`.
 */
export function kernelSpec(uname: string): Spec {
  const { version, release } = kernelRpmVersion(uname);
  return {
    name: 'kernel',
    version,
    release,
    summary: `The kernel ${uname}`,
    noarch: false,
    provides: [`kernel-${uname}`],
    requires: [`kernel-core = ${version}-${release}`],
    requiresBefore: [],
    requiresPost: [],
    files: [],
  };
}
