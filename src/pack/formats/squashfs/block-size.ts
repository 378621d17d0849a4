/** What mksquashfs takes by itself. */
const usual = 128 * 1024;

/** Machines whose kernels have pages of 4 KiB, all of them. Elsewhere a kernel may have pages of 64 KiB. */
const smallPages = /^(x86_64|amd64|x86|i[3-6]86|s390x)$/;

/**
 * Bytes of the blocks of a layer. For each squashfs that is mounted the kernel keeps several blocks, and
 * memory to unpack them in: about 2 MB with the usual ones. The smallest blocks of which the content has at
 * most 64 make a layer a few KiB larger, 40 at most, and its mount cheaper by far more; a kernel mounts
 * none whose blocks are smaller than its pages.
 */
export function layerBlockSize(contentBytes: number, arch: string): number {
  let size = smallPages.test(arch) ? 4096 : 65536;
  while (size < usual && size * 64 < contentBytes) size *= 2;
  return size;
}
