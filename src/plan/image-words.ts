import { downloadSize } from './layer-list.ts';
import type { PackedRecord } from './manifest.ts';

const mebibyte = 1024 ** 2;

/** Beside its content each member of an archive takes an inode and, on average, half a page of a tmpfs. */
const bytesPerMember = 3072;

type Packed = Pick<PackedRecord, 'method' | 'size' | 'layers' | 'contentBytes' | 'members' | 'unpackedBytes'>;

/** Bytes of memory that the content of an unpacked archive takes. */
export function unpackedNeed(contentBytes: number, members: number): number {
  return contentBytes + members * bytesPerMember;
}

/** What nodes mount in manifests that do not say it: those of older versions. */
const mountedFormerly: readonly string[] = ['squashfs', 'erofs'];

/** True where a node mounts the root below an overlay; false where it unpacks it. */
export function isMounted({ method, unpackedBytes }: Pick<Packed, 'method' | 'unpackedBytes'>): boolean {
  return unpackedBytes === undefined ? mountedFormerly.includes(method) : unpackedBytes === 0;
}

/**
 * Mebibytes that the packed and the unpacked root take on a node; one that is mounted takes 0 for the latter.
 */
export function imageNeed(pack: Packed): { packed: number; unpacked: number } {
  const { contentBytes, members, unpackedBytes = unpackedNeed(contentBytes, members) } = pack;
  const unpacked = isMounted(pack) ? 0 : unpackedBytes;
  return { packed: Math.ceil(downloadSize(pack) / mebibyte), unpacked: Math.ceil(unpacked / mebibyte) };
}

/**
 * Bytes of memory that the image takes on a node at the worst moment, when an archive lies there packed and
 * unpacked at once.
 */
export function memoryNeed(pack: Packed): number {
  const { packed, unpacked } = imageNeed(pack);
  return (packed + unpacked) * mebibyte;
}

/** The kernel parameters that name one very image: where it lies, its digest, the memory that it needs. */
export function imageWords(url: string, pack: Packed & Pick<PackedRecord, 'sha256'>): string[] {
  const need = imageNeed(pack);
  return [`imgurl=${url}`, `imgsha256=${pack.sha256}`, `imgneed=${need.packed}+${need.unpacked}`];
}
