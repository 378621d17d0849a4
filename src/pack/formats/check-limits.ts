import type { Problem } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import { listed } from '../select/findings.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import type { Format } from './format.ts';
import { formats } from './formats.ts';
import { anyTime, isOutside } from './times.ts';

const gibibyte = 1024 ** 3;

/**
 * What the format cannot hold of these members, each by name; it must be found before anything is written.
 */
export function limitProblems({ name, limits }: Format, members: MemberTable): Problem[] {
  const { largestFile, holes } = limits;
  const problems: Problem[] = [];
  const large: Member[] = [];
  if (largestFile !== Infinity) for (const one of members) if (one.size > largestFile) large.push(one);
  const sparse = [...members.sparse()].map(([index]) => members.at(index));
  const inHoles = sparse.reduce((sum, member) => sum + holeBytes(member), 0);
  const hint = () => `Leave them out with the exlist, or pack with ${takers(members, inHoles)}.`;
  if (large.length > 0) {
    const files = large.map((member) => `${toShown(member.path)} (${member.size} bytes)`).join(', ');
    problems.push({
      code: `${name}-limit`,
      message: `A ${name} archive cannot hold files of ${largestFile + 1} bytes and more: ${files}.`,
      hint: hint(),
    });
  }
  if (inHoles > holes) {
    const files = sparse
      .sort((a, b) => holeBytes(b) - holeBytes(a))
      .map((member) => `${member.path} (${Math.round(holeBytes(member) / gibibyte)} GiB)`);
    problems.push({
      code: 'holes-limit',
      message: `${name} would read the holes of these files for minutes: ${listed(files)}.`,
      hint: hint(),
    });
  }
  return problems;
}

/**
 * The formats that hold all files and read all holes, as words of a command line: what is advised must not be
 * refused too.
 */
function takers(members: MemberTable, inHoles: number): string {
  let largest = 0;
  for (const { size } of members) largest = Math.max(largest, size);
  const able = formats.filter(({ limits }) => largest <= limits.largestFile && inHoles <= limits.holes);
  return able.map((format) => `-m ${format.name}`).join(' or ');
}

function holeBytes({ size, stored = size }: Member): number {
  return size - stored;
}

/**
 * Names the files whose times the format cannot say. Those that are later than asked for are clamped without
 * a word.
 */
export function timeWarnings({ name, limits }: Format, members: MemberTable): string[] {
  const { times } = limits;
  if (times === anyTime) return [];
  const paths: string[] = [];
  for (let index = 0; index < members.length; index++) {
    if (isOutside(members.timeAt(index), times)) paths.push(members.pathAt(index));
  }
  if (paths.length === 0) return [];
  return [
    `${name} keeps no times before 1970 and after 2106; these files get the nearest that it keeps: ${listed(paths)}.`,
  ];
}
