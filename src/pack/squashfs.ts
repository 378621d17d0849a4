import { rmdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { RootimgError } from '../errors.ts';
import type { PackCompressor } from '../plan/pack-plan.ts';
import { lastLines, start } from '../system/exec.ts';
import { namespaceArgv } from '../system/namespace.ts';
import { flushFile } from '../system/publish.ts';
import { temporaryDir } from '../system/temp.ts';
import { buildLayer, layerXattrs } from './layer.ts';
import type { Selection } from './select.ts';
import { checkStage, feedProgram } from './stage.ts';
import { writeTar } from './tar.ts';
import { readXattrs } from './xattrs.ts';

/** Milliseconds between flushes of a file that is being written. */
const flushInterval = 500;

/** Exit status of the script when the view of the image could not be made, apart from those of mksquashfs. */
const viewFailed = 125;

/**
 * Runs in a private mount namespace: unpacks the layer from standard input into memory, lays it over the tree, and runs the command in the
 * folder in which that view of the image is called `image`. Parameters: an empty folder, the tree, the command.
 */
const viewScript = `work=$1 root=$2
shift 2
{
  mount -t tmpfs -o mode=700 tmpfs "$work" &&
  cd "$work" && mkdir layer tree image &&
  tar --extract --file=- --directory=layer --numeric-owner --preserve-permissions --xattrs --xattrs-include='*' &&
  mount --bind "$root" tree &&
  mount -t overlay -o ro,lowerdir=layer:tree overlay image
} || exit ${viewFailed}
exec "$@"
`;

/** argv of a command that sees the image, overrides in place and left out files gone, as the folder `image` of its working folder. */
export function viewArgv(work: string, root: string, argv: readonly string[]): string[] {
  return namespaceArgv(['sh', '-c', viewScript, 'view', work, root, ...argv], { network: false });
}

/**
 * argv of mksquashfs. Level 6 of zstd makes files 5% smaller than level 3 in twice the time, level 15, its default, another 1% in ten times
 * the time; gzip's default is its highest level, 2% smaller than level 6.
 */
export function mksquashfsArgv(
  source: string,
  file: string,
  compressor: PackCompressor,
  threads: number,
): string[] {
  const choice = {
    gzip: ['gzip', '-Xcompression-level', '6'],
    pigz: ['gzip', '-Xcompression-level', '6'],
    xz: ['xz'],
    zstd: ['zstd', '-Xcompression-level', '6'],
  }[compressor];
  return [
    'mksquashfs',
    source,
    file,
    '-noappend',
    '-no-progress',
    '-processors',
    `${threads}`,
    '-comp',
    ...choice,
  ];
}

export interface SquashfsInput {
  /** The tree. */
  readonly root: string;
  readonly rootimgdir: string;
  /** Where the file goes; must not exist. */
  readonly file: string;
  readonly compressor: PackCompressor;
  readonly threads: number;
  readonly selection: Selection;
  /** Latest time of a file, for a reproducible pack. */
  readonly sourceDateEpoch: number | undefined;
}

/** Makes a squashfs file of the selection without copying the tree: mksquashfs reads it through an overlay that only it sees. Gives warnings. */
export async function writeSquashfs(input: SquashfsInput): Promise<string[]> {
  const { root, rootimgdir, file, sourceDateEpoch: epoch } = input;
  const layer = buildLayer(input.selection);
  const xattrs = layerXattrs(layer, await readXattrs(root, layer.members));
  const work = await temporaryDir(rootimgdir, 'view');
  try {
    const shown = mksquashfsArgv('image', file, input.compressor, input.threads);
    const running = start(viewArgv(work, root, shown), {
      ...(epoch === undefined ? {} : { env: { SOURCE_DATE_EPOCH: `${epoch}` } }),
    });
    running.stdout.resume();
    void flushMeanwhile(file, running.ended);
    const result = await feedProgram(running, (out) =>
      writeTar(out, root, layer.members, xattrs, epoch ?? Number.POSITIVE_INFINITY, () => {}),
    );
    checkView(result.exitCode, result.stderr, rootimgdir);
    checkStage(shown, result, rootimgdir);
    return judgeMessages(result.stderr);
  } finally {
    await rmdir(work);
  }
}

/** Sends what is written to the disk already while more is written, so that the last flush has little left to do. Its failure is told by that. */
async function flushMeanwhile(file: string, ended: Promise<unknown>): Promise<void> {
  let isEnded = false;
  const end = ended.then(() => {
    isEnded = true;
  });
  while (!isEnded) {
    await Promise.race([end, setTimeout(flushInterval, undefined, { ref: false })]);
    if (!isEnded) await flushFile(file).catch(() => {});
  }
}

/**
 * mksquashfs goes on, and ends well, where it could not read a file or keep an attribute: throws for the one, gives a warning for the other.
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
  return [...new Set(lost)].map((name) => `squashfs does not keep ${name}.`);
}

function checkView(exitCode: number | undefined, stderr: string, rootimgdir: string): void {
  if (exitCode !== viewFailed) return;
  throw new RootimgError('view-failed', `The tree in ${rootimgdir} cannot be laid under an overlay.`, {
    details: lastLines(stderr),
    hint: 'A squashfs image needs root, tar, and a kernel with overlay and tmpfs; -m cpio and -m tar do without.',
  });
}
