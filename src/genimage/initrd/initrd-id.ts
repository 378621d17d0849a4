import { createHash } from 'node:crypto';
import { repeatableCpio } from './cpio-repeatable.ts';

/** Takes the pieces of newc archives that follow each other; the digest is of their members without times. */
export interface ArchiveDigest {
  update(piece: Buffer): void;
  /** hex */
  digest(): string;
}

/** The digest of a part of an initrd that is the same whenever, and on whatever disk, its members were made. */
export function archiveDigest(): ArchiveDigest {
  const hash = createHash('sha256');
  const settle = repeatableCpio(0);
  return {
    update: (piece) => void hash.update(settle(piece)),
    digest: () => hash.digest('hex'),
  };
}

/** The digest of an initrd, hex, of those of its parts, in whichever order they stand in it. */
export function initrdId(parts: readonly string[]): string {
  return createHash('sha256')
    .update([...parts].sort().join('\n'))
    .digest('hex');
}

/** Where an initrd says which one it is: read by handover.sh. */
const name = 'rootimg.id';

/** The member (cpio newc) by which an initrd tells its node its own digest, and that of the kernel beside it. */
export function idMember(initrd: string, kernel: string): Buffer {
  const content = Buffer.from(`initrd=${initrd}\nkernel=${kernel}\n`);
  const fields = [0, 0o100644, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.concat([filled(Buffer.from(header)), filled(content)]);
}

/** With zeros up to a multiple of 4. */
function filled(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
