import type { Problem } from '../../base/errors.ts';
import type { PackMethod } from '../../plan/pack-names.ts';
import { toShown } from '../../base/bytes.ts';
import { listed } from '../select/findings.ts';
import type { Member, MemberTable } from '../members/member-table.ts';

/** Seconds since the epoch, both included. */
export interface TimeRange {
  readonly earliest: number;
  readonly latest: number;
}

/** What a format can hold. */
export interface FormatLimits {
  /** Bytes of the largest file. */
  readonly largestFile: number;
  readonly times: TimeRange;
  /** Bytes of all holes that its tool reads as zeros in about a quarter of a minute. */
  readonly holes: number;
}

const gibibyte = 1024 ** 3;
const anyTime: TimeRange = { earliest: -Infinity, latest: Infinity };

/** 1970 to 2106. */
const unsigned32: TimeRange = { earliest: 0, latest: 0xffff_ffff };

export const limits: Readonly<Record<PackMethod, FormatLimits>> = {
  // newc: 8 hex digits.
  cpio: { largestFile: 0xffff_ffff, times: unsigned32, holes: Infinity },
  tar: { largestFile: Infinity, times: anyTime, holes: Infinity },
  // mksquashfs wraps other times without a word.
  squashfs: { largestFile: Infinity, times: unsigned32, holes: 64 * gibibyte },
  erofs: { largestFile: Infinity, times: anyTime, holes: 4 * gibibyte },
};

/** The times that members may have: those of the format, none later than `epoch`. */
export function timesUpTo(times: TimeRange, epoch: number | undefined): TimeRange {
  return epoch === undefined ? times : { ...times, latest: Math.min(times.latest, epoch) };
}

export function clampTime(time: number, { earliest, latest }: TimeRange): number {
  return Math.min(Math.max(time, earliest), latest);
}

export function isOutside(time: number, { earliest, latest }: TimeRange): boolean {
  return time < earliest || time > latest;
}

/** What the format cannot hold of these members, each by name; it must be found before anything is written. */
export function limitProblems(
  method: PackMethod,
  members: MemberTable,
  { largestFile, holes }: FormatLimits = limits[method],
): Problem[] {
  const problems: Problem[] = [];
  const large: Member[] = [];
  if (largestFile !== Infinity) for (const one of members) if (one.size > largestFile) large.push(one);
  if (large.length > 0) {
    const files = large.map((member) => `${toShown(member.path)} (${member.size} bytes)`).join(', ');
    problems.push({
      code: `${method}-limit`,
      message: `A ${method} archive cannot hold files of 4 GiB and more: ${files}.`,
      hint: 'Leave them out with the exlist, or pack with -m tar or -m squashfs.',
    });
  }
  const sparse = [...members.sparse()].map(([index]) => members.at(index));
  if (sparse.reduce((sum, member) => sum + holeBytes(member), 0) > holes) {
    const files = sparse
      .sort((a, b) => holeBytes(b) - holeBytes(a))
      .map((member) => `${member.path} (${Math.round(holeBytes(member) / gibibyte)} GiB)`);
    problems.push({
      code: 'holes-limit',
      message: `${method} would read the holes of these files for minutes: ${listed(files)}.`,
      hint: 'Leave them out with the exlist, or pack with -m tar, which keeps holes.',
    });
  }
  return problems;
}

function holeBytes({ size, stored = size }: Member): number {
  return size - stored;
}

/** Names the files whose times the format cannot say. Those that are later than asked for are clamped without a word. */
export function timeWarnings(method: PackMethod, members: MemberTable): string[] {
  const { times } = limits[method];
  if (times === anyTime) return [];
  const paths: string[] = [];
  for (let index = 0; index < members.length; index++) {
    if (isOutside(members.timeAt(index), times)) paths.push(members.pathAt(index));
  }
  if (paths.length === 0) return [];
  return [
    `${method} keeps no times before 1970 and after 2106; these files get the nearest that it keeps: ${listed(paths)}.`,
  ];
}
