import { toShown } from '../../../base/bytes.ts';
import { RootimgError } from '../../../base/errors.ts';
import type { Tree } from '../../../system/tree/open-tree.ts';
import type { MemberTable } from '../../members/member-table.ts';
import { readXattrs } from '../../members/xattrs.ts';
import { listed } from '../../select/findings.ts';
import type { LayerJob, WriteJob } from '../format.ts';
import type { TimeRange } from '../times.ts';
import { makeOfMembers } from '../view/of-members.ts';
import { makeThroughView } from '../view/view.ts';

/**
 * What mksquashfs calls each compressor. Level 6 of zstd makes files 5% smaller than level 3 in twice the
 * time, level 15, its default, another 1% in ten times the time; gzip's default is its highest level, 2%
 * smaller than level 6.
 */
const choices: ReadonlyMap<string, readonly string[]> = new Map([
  ['gzip', ['gzip', '-Xcompression-level', '6']],
  ['pigz', ['gzip', '-Xcompression-level', '6']],
  ['xz', ['xz']],
  // From 5 to 12 zstd's bytes depend on the processor: a ppc64le host would pack other ones than an x86_64 one.
  ['zstd', ['zstd', '-Xcompression-level', '4']],
  ['lz4', ['lz4']],
  ['lz4hc', ['lz4', '-Xhc']],
]);

/** Words of `-c`. */
export const squashfsCompressors: readonly string[] = [...choices.keys()];

/** What mksquashfs calls the compressor of a word. */
export function toolName(word: string): string {
  return choices.get(word)?.[0] ?? word;
}

/** argv of mksquashfs. */
export function mksquashfsArgv(source: string, file: string, compressor: string, threads: number): string[] {
  return [
    'mksquashfs',
    source,
    file,
    '-noappend',
    '-no-progress',
    '-processors',
    `${threads}`,
    '-comp',
    ...(choices.get(compressor) ?? []),
  ];
}

/** Makes a squashfs file of the selection without copying the tree. Gives warnings. */
export async function writeSquashfs(
  job: WriteJob,
  times: TimeRange,
  argv: readonly string[],
): Promise<string[]> {
  const said = await makeThroughView(job, times, argv);
  return warningsOf(said, job.root, job.selection.members);
}

/** The same for a layer. */
export async function writeSquashfsLayer(
  job: LayerJob,
  times: TimeRange,
  argv: readonly string[],
): Promise<string[]> {
  return warningsOf(await makeOfMembers(job, times, argv), job.root, job.layer.members);
}

async function warningsOf(said: string, root: Tree, members: MemberTable): Promise<string[]> {
  const lost = judgeMessages(said);
  return lost.length === 0 ? [] : lostWarnings(root, members, lost);
}

/** mksquashfs says which attribute it does not keep, but not of which files. */
async function lostWarnings(root: Tree, members: MemberTable, lost: string[]): Promise<string[]> {
  const xattrs = await readXattrs(root, members);
  const paths = new Map<string, string[]>(lost.map((name) => [name, []]));
  for (let index = 0; index < members.length; index++) {
    for (const { name } of xattrs.at(index)) paths.get(name)?.push(members.pathAt(index));
  }
  return [...paths].map(([name, of]) => {
    return `squashfs does not keep ${toShown(name)}${of.length === 0 ? '' : ` of ${listed(of)}`}.`;
  });
}

/**
 * mksquashfs goes on, and ends well, where it could not read a file or keep an attribute: throws for the one,
 * gives the attributes that are lost for the other.
 */
function judgeMessages(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const lost = lines
    .map((line) => /Unrecognised xattr prefix (\S+)/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  const bad = lines.filter((line) => /creating empty file|^Failed to read|Cannot (open|stat)/i.test(line));
  if (bad.length > 0) {
    throw new RootimgError('unreadable', 'mksquashfs could not read the whole image.', { details: bad });
  }
  return [...new Set(lost)];
}
