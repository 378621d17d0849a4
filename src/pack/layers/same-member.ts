import type { TableColumns } from '../members/member-table.ts';
import { segmentBits, segmentSize } from '../members/segment.ts';

/** The path of the folder that a member lies in: `.` for the root, empty for the root itself. */
export function folderAt({ segments, folders }: TableColumns, index: number): string {
  const number = segments[index >> segmentBits]?.folder[index % segmentSize] ?? 0;
  return folders[number] ?? '';
}

/** Whether members of two tables have the same path; made without the paths, as most of two packs are alike. */
export function isSamePath(
  one: TableColumns,
  index: number,
  other: TableColumns,
  otherIndex: number,
): boolean {
  const segment = one.segments[index >> segmentBits];
  const otherSegment = other.segments[otherIndex >> segmentBits];
  if (index >= one.length || otherIndex >= other.length) return false;
  if (segment === undefined || otherSegment === undefined) return false;
  const row = index % segmentSize;
  const otherRow = otherIndex % segmentSize;
  const start = segment.name[row] ?? 0;
  const otherStart = otherSegment.name[otherRow] ?? 0;
  const length = (segment.name[row + 1] ?? 0) - start;
  if (length !== (otherSegment.name[otherRow + 1] ?? 0) - otherStart) return false;
  for (let at = 0; at < length; at++) {
    if (segment.names[start + at] !== otherSegment.names[otherStart + at]) return false;
  }
  return folderAt(one, index) === folderAt(other, otherIndex);
}

/**
 * Whether a member is still the inode that an old one was, and nothing has happened to it. A time of the last
 * change that is not known is NaN, which equals nothing. Times later than `latest` (seconds) count as that
 * one; the old one's is as it was packed.
 */
export function isSameInode(
  old: TableColumns,
  was: number,
  now: TableColumns,
  index: number,
  latest: number,
): boolean {
  const segment = old.segments[was >> segmentBits];
  const other = now.segments[index >> segmentBits];
  if (segment === undefined || other === undefined) return false;
  const row = was % segmentSize;
  const otherRow = index % segmentSize;
  return (
    segment.ctime[row] === other.ctime[otherRow] &&
    segment.ino[row] === other.ino[otherRow] &&
    segment.mtime[row] === Math.min(other.mtime[otherRow] ?? 0, latest) &&
    segment.mode[row] === other.mode[otherRow] &&
    segment.uid[row] === other.uid[otherRow] &&
    segment.gid[row] === other.gid[otherRow] &&
    segment.size[row] === other.size[otherRow] &&
    segment.major[row] === other.major[otherRow] &&
    segment.minor[row] === other.minor[otherRow] &&
    (segment.link[row] === 0) === (other.link[otherRow] === 0)
  );
}
