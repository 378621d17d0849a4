import type { PackedRecord } from './manifest.ts';

const mebibyte = 1024 ** 2;

/** Beside its content each member of an archive takes an inode and, on average, half a page of a tmpfs. */
const bytesPerMember = 3072;

/**
 * Mebibytes that the packed and the unpacked root take on a node. A squashfs or erofs is never unpacked.
 */
export function imageNeed(pack: Pick<PackedRecord, 'method' | 'size' | 'contentBytes' | 'members'>): {
  packed: number;
  unpacked: number;
} {
  const isArchive = pack.method === 'cpio' || pack.method === 'tar';
  const unpacked = isArchive ? pack.contentBytes + pack.members * bytesPerMember : 0;
  return { packed: Math.ceil(pack.size / mebibyte), unpacked: Math.ceil(unpacked / mebibyte) };
}

/** Bytes of memory that the image takes on a node at the worst moment, when an archive lies there packed and unpacked at once. */
export function memoryNeed(pack: Parameters<typeof imageNeed>[0]): number {
  const { packed, unpacked } = imageNeed(pack);
  return (packed + unpacked) * mebibyte;
}

/** The kernel parameters that name one very image: where it lies, its digest, the memory that it needs. */
export function imageWords(
  url: string,
  pack: Pick<PackedRecord, 'method' | 'size' | 'contentBytes' | 'members' | 'sha256'>,
): string[] {
  const need = imageNeed(pack);
  return [`imgurl=${url}`, `imgsha256=${pack.sha256}`, `imgneed=${need.packed}+${need.unpacked}`];
}
