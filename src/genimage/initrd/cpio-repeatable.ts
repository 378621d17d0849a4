import type { CpioArchive } from './cpio-parts.ts';

/** Bytes of a newc header: the magic and thirteen numbers of 8 hex digits (cpio newc). */
const headerSize = 110;
const field = {
  ...{ inode: 0, mode: 1, links: 4, time: 5, size: 6, deviceMajor: 7, deviceMinor: 8, nameSize: 11 },
} as const;

const fileTypes = 0o170000;
const folderType = 0o040000;
const padded = (size: number) => Math.ceil(size / 4) * 4;

/**
 * What makes the same members the same bytes: gives each piece of newc archives back with no time that is later
 * than `epoch` (seconds since 1970), inode numbers that count up, no device, and folders with as many links
 * everywhere; the length stays. Names of one file stay so. The pieces are to follow each other.
 */
export function repeatableCpio(epoch: number): (piece: Buffer) => Buffer {
  const numbers = new Map<string, number>();
  let held: Buffer = Buffer.alloc(0);
  let passOver = 0;
  let next = 1;
  const rewrite = (header: Buffer): void => {
    const of = (index: number) => header.toString('latin1', 6 + index * 8, 14 + index * 8);
    const value = (index: number) => Number.parseInt(of(index), 16);
    const set = (index: number, to: number) =>
      header.write(to.toString(16).padStart(8, '0').toUpperCase(), 6 + index * 8, 'latin1');
    const isFolder = (value(field.mode) & fileTypes) === folderType;
    const key = [field.deviceMajor, field.deviceMinor, field.inode].map(of).join();
    const isShared = !isFolder && value(field.links) > 1;
    const known = isShared ? numbers.get(key) : undefined;
    const number = known ?? next++;
    if (isShared) numbers.set(key, number);
    if (value(field.time) > epoch) set(field.time, epoch);
    if (isFolder) set(field.links, 2);
    set(field.inode, number);
    set(field.deviceMajor, 0);
    set(field.deviceMinor, 0);
  };
  return (piece) => {
    const bytes = Buffer.concat([held, piece]);
    let at = Math.min(passOver, bytes.length);
    passOver -= at;
    while (passOver === 0 && at < bytes.length) {
      const left = bytes.length - at;
      if (left >= 4 && bytes.readUInt32LE(at) === 0) {
        at += 4;
        continue;
      }
      if (left < headerSize) break;
      const header = bytes.subarray(at, at + headerSize);
      const size = (index: number) =>
        Number.parseInt(header.toString('latin1', 6 + index * 8, 14 + index * 8), 16);
      const length = padded(headerSize + size(field.nameSize)) + padded(size(field.size));
      rewrite(header);
      passOver = Math.max(0, length - left);
      at += length - passOver;
    }
    held = Buffer.from(bytes.subarray(at));
    return bytes.subarray(0, at);
  };
}

/**
 * The same archive, to be read in the order of the names of its members: older dracuts take that of the disk.
 * Which of the names of one file has its content stays as dracut chose.
 */
export function sortedArchive(archive: CpioArchive): CpioArchive {
  const bytesOf = new Map(archive.members.map((one) => [one, Buffer.from(one.name)]));
  const empty = Buffer.alloc(0);
  const members = [...archive.members].sort((a, b) =>
    Buffer.compare(bytesOf.get(a) ?? empty, bytesOf.get(b) ?? empty),
  );
  return { ...archive, members };
}
