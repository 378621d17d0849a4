import { createHash } from 'node:crypto';
import { toBinary } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import type { Build } from '../build-context.ts';
import { type VersionOrder, versionOrderOf } from '../../packages/versions.ts';
import { copyFromTree, treeNames, treeStat } from '../../system/tree-file.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';

/** A kernel of the image that can be booted. */
export interface Kernel {
  /** As in lib/modules, such as `5.14.0-427.el9.x86_64`. */
  readonly version: string;
  /** Path inside the image. */
  readonly file: string;
}

/**
 * xCAT: the files that may be the kernel, in this order; ppc64 boots vmlinux, as riscv64 does with Debian's
 * name. SUSE names those of aarch64 and riscv64 Image, of s390x image.
 */
const kernelFiles = (version: string) => [
  `boot/vmlinux-${version}`,
  `boot/vmlinuz-${version}`,
  `boot/image-${version}`,
  `boot/Image-${version}`,
  `lib/modules/${version}/vmlinuz`,
  `lib/modules/${version}/Image`,
  `lib/modules/${version}/image`,
];

/** All kernels of the image that have modules and a boot file, oldest first. */
export async function findKernels(root: string): Promise<Kernel[]> {
  const versions = await treeNames(root, 'lib/modules');
  const kernels: Kernel[] = [];
  for (const version of versions) {
    const file = await findKernelFile(root, version);
    if (file !== undefined) kernels.push({ version, file });
  }
  const order = kernelOrder(versionOrderOf(root));
  return kernels.sort((a, b) => order(a.version, b.version));
}

/** The kernel that boots when kernelver says nothing: never the host's. */
export function newestKernel(kernels: readonly Kernel[]): Kernel | undefined {
  return kernels.at(-1);
}

/** Order of packages, but a debugging variant (`…+debug`, `….debug`) never beats a plain kernel. */
export function kernelOrder(versions: VersionOrder): VersionOrder {
  const debug = (version: string) => (/[.+]debug$/.test(version) ? 0 : 1);
  return (a, b) => debug(a) - debug(b) || versions(a, b);
}

/** The kernel of this build: kernelver, else the newest. Throws when the image has none. */
export async function chooseKernel(build: Build): Promise<Kernel> {
  const { kernelver } = build.plan.request;
  const kernels = await findKernels(build.root);
  const versions = kernels.map((kernel) => kernel.version);
  const asked =
    kernelver === undefined ? newestKernel(kernels) : kernels.find((k) => k.version === kernelver);
  if (asked !== undefined) return asked;
  if (kernelver === undefined) {
    throw new RootimgError('kernel-missing', `There is no kernel in ${build.root}.`, {
      hint: 'Name a kernel package in pkglist.',
    });
  }
  throw new RootimgError('kernel-missing', `The kernel ${kernelver} (kernelver) is not in ${build.root}.`, {
    hint: versions.length === 0 ? 'Name its package in pkglist.' : `There is: ${versions.join(', ')}.`,
  });
}

/** Copies the kernel out of the tree to `target`. */
export async function copyKernel(build: Build, kernel: Kernel, target: string): Promise<void> {
  await copyFromTree(build.root, kernel.file, target);
}

async function findKernelFile(root: string, version: string): Promise<string | undefined> {
  for (const file of kernelFiles(version)) {
    const found = await treeStat(root, file);
    if (found?.isFile() && found.size > 0) return file;
  }
  return undefined;
}

/** Bytes of the largest kernel: one with its symbols has some hundred million. */
const largestKernel = 2 ** 30;

/** Digest (hex) of the kernel's file. */
export async function kernelDigest(root: string, { file }: Kernel): Promise<string> {
  const bytes = await withTree(toBinary(root), (tree) => readInTree(tree, toBinary(file), largestKernel));
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
