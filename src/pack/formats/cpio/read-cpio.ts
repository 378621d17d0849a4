import type { ReadContent, ReadMember } from '../format.ts';
import type { ByteReader } from '../../streams/byte-reader.ts';
import { isSymlink } from '../../members/mode.ts';

const headerLength = 110;

/**
 * Reads a newc archive to its trailer and calls for each member; throws RangeError when it is none or ends
 * too early.
 */
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
