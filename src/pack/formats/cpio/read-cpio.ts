import type { Extents } from '../../members/extents.ts';
import type { ByteReader } from '../../streams/byte-reader.ts';
import { isSymlink } from '../../members/mode.ts';

/** What an archive that is read back says of a member. Strings are binary. */
export interface ReadMember {
  readonly path: string;
  /** With the file type; of a hard link in a tar archive undefined. */
  readonly mode: number | undefined;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content, holes included; 0 where the archive has the content at another place. */
  readonly size: number;
  /** Where the archive has bytes of the content; undefined: everywhere. */
  readonly extents?: Extents | undefined;
  /** Of symbolic links, and of hard links in a tar archive. */
  readonly target: string;
}

const headerLength = 110;

/** Called before a member's content is passed over; it may read all of it. */
export type ReadContent = (member: Pick<ReadMember, 'path' | 'size' | 'extents'>) => Promise<void>;

/** Reads a newc archive to its trailer and calls for each member; throws RangeError when it is none or ends too early. */
export async function readCpio(
  reader: ByteReader,
  onMember: (member: ReadMember) => void,
  readContent?: ReadContent,
): Promise<void> {
  for (;;) {
    const header = (await reader.read(headerLength)).toString('latin1');
    if (!header.startsWith('070701'))
      throw new RangeError(`no cpio header at byte ${reader.position - headerLength}`);
    const field = (index: number) => parseInt(header.slice(6 + 8 * index, 14 + 8 * index), 16);
    const mode = field(1);
    const size = field(6);
    const nameLength = field(11);
    const path = (await reader.read(nameLength)).toString('latin1', 0, nameLength - 1);
    await reader.skip(padding(reader.position));
    if (path === 'TRAILER!!!') return;
    const target = isSymlink(mode) ? (await reader.read(size)).toString('latin1') : '';
    if (!isSymlink(mode)) await (readContent === undefined ? reader.skip(size) : readContent({ path, size }));
    await reader.skip(padding(reader.position));
    onMember({ path, mode, uid: field(2), gid: field(3), size, target });
  }
}

function padding(position: number): number {
  return (4 - (position % 4)) % 4;
}
