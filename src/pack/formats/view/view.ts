import { closeSync, openSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { toText } from '../../../base/bytes.ts';
import { both } from '../../../base/both.ts';
import { RootimgError } from '../../../base/errors.ts';
import { lastLines, start } from '../../../system/exec.ts';
import { namespaceArgv } from '../../../system/namespace.ts';
import { flushFile } from '../../../base/flush.ts';
import { programFiles } from '../../../system/program-files.ts';
import { temporaryDir } from '../../../system/temp.ts';
import { findHoles } from '../tar/find-holes.ts';
import { buildLayer, layerXattrs } from './layer.ts';
import type { UntouchedFolder } from './untouched.ts';
import { findStall } from './watch-stall.ts';
import { type TimeRange, timesUpTo } from '../times.ts';
import type { WriteJob } from '../format.ts';
import { changedWhilePacking } from '../../members/content.ts';
import { checkEnded, feedProgram } from '../../streams/feed-program.ts';
import { writeTar } from '../tar/write-tar.ts';
import { readXattrs } from '../../members/xattrs.ts';

/** Milliseconds between flushes of a file that is being written. */
const flushInterval = 500;

/**
 * Exit status of the script when the view of the image could not be made, apart from those of the command.
 */
const viewFailed = 125;

/** Exit status when one of the folders that are put over the view is not the selected one any more. */
const folderChanged = 124;

/** How the file that is made is called where the command runs. */
export const outputName = 'output';

/**
 * Runs in a private mount namespace: unpacks the layer from standard input into memory, lays it over the
 * tree, and runs the command in the folder in which that view of the image is called `image`. Folders in
 * which nothing differs are put over it from the tree itself, where they are read quicker; each must be the
 * one that was selected, whatever stands at its path by now. The command has no other root than that folder:
 * the image, the file that it makes, itself and its libraries are all that is there, wherever links in the
 * tree lead to. Parameters: an empty folder; the tree and the file as mount(8) reads them in a table; for each of
 * the folders its path as there, its path, device and inode; `--`, the files of the command, `--`, its words.
 */
const viewScript = `work=$1 root=$2 output=$3
shift 3
{
  mount -t tmpfs -o mode=700 tmpfs "$work" &&
  cd "$work" &&
  mkdir layer tree image tmp &&
  : >${outputName} &&
  tar --extract --file=- --directory=layer --numeric-owner --preserve-permissions --xattrs --xattrs-include='*'
} || exit ${viewFailed}
{
  printf '%s ${outputName} none bind\n' "$output"
  printf '%s tree none bind\n' "$root"
  echo 'overlay image overlay ro,lowerdir=layer:tree'
} >mounts
: >names
wanted=
while [ "$1" != -- ]; do
  printf 'tree/%s image/%s none bind\n' "$1" "$1" >>mounts
  printf 'image/%s\\0' "$2" >>names
  wanted="$wanted$3
"
  shift 3
done
shift
mount --all --fstab mounts || exit ${viewFailed}
[ "$(xargs --null --no-run-if-empty stat --format=%d:%i -- <names)" = "\${wanted%?}" ] || exit ${folderChanged}
umount --lazy tree || exit ${viewFailed}
program=$1
: >names
while [ "$1" != -- ]; do
  printf '%s\\0' "$1" >>names
  shift
done
shift
xargs --null cp --parents --dereference --target-directory=. -- <names || exit ${viewFailed}
# What it says of its progress nobody reads.
exec chroot . "$program" "$@" >/dev/null
`;

/**
 * argv of a command that sees the image, overrides in place and left out files gone, as the folder `image` of
 * its working folder, and `file` as
 * `output` there. `programs` are its own files.
 */
export function viewArgv(
  { work, root, file }: { readonly work: string; readonly root: string; readonly file: string },
  untouched: readonly UntouchedFolder[],
  programs: readonly string[],
  argv: readonly string[],
): string[] {
  const folders = untouched.flatMap(({ path, dev, ino }) => [`./${fstabWord(path)}`, path, `${dev}:${ino}`]);
  const words = [
    work,
    fstabWord(root),
    fstabWord(file),
    ...folders,
    '--',
    ...programs,
    '--',
    ...argv.slice(1),
  ];
  return namespaceArgv(['sh', '-c', viewScript, 'view', ...words], { network: false });
}

/** A word of a table for mount(8) (fstab(5)): its words end at white space, and `#` begins a comment. */
function fstabWord(path: string): string {
  const octal = (char: string) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return path.replace(/[\t-\r \\#]/g, octal);
}

/**
 * Runs a program that makes a file system file of the folder `image` in its working folder: the selection,
 * through an overlay that only it sees, so that the tree is not copied; with no other times than `known`,
 * those that the file system can say. Gives what the program said on standard error. Throws when it did not
 * end well.
 */
export async function makeThroughView(
  job: WriteJob,
  known: TimeRange,
  argv: readonly string[],
): Promise<string> {
  const { root, rootimgdir, file, sourceDateEpoch: epoch } = job;
  // Programs that clamp times take those before 1970 for late ones.
  const times = epoch === undefined ? known : { ...known, earliest: 0 };
  const layer = buildLayer(job.selection, times);
  const [attributes, programs] = await both(readXattrs(root, layer.members), programFiles(argv[0] ?? ''));
  const xattrs = layerXattrs(layer, attributes);
  const holes = await findHoles(root, layer.members);
  const work = await temporaryDir(rootimgdir, 'view');
  try {
    closeSync(openSync(file, 'wx', 0o600));
    const places = { work, root: toText(root.root), file };
    const running = start(viewArgv(places, layer.untouched, programs, argv), {
      ...(epoch === undefined ? {} : { env: { SOURCE_DATE_EPOCH: `${epoch}` } }),
    });
    running.stdout.resume();
    void flushMeanwhile(file, running.ended);
    const stalled = findStall(root, job.selection.members, file, running.ended).then((path) => {
      if (path !== undefined) running.kill('SIGKILL');
      return path;
    });
    const result = await feedProgram(
      running,
      (out) => writeTar(out, root, layer.members, xattrs, holes, timesUpTo(times, epoch), () => {}),
      job.judge,
    );
    const other = await stalled;
    if (other !== undefined) throw changedWhilePacking(`${root.root}/${other}`);
    checkView(result.exitCode, result.stderr, rootimgdir);
    checkEnded(argv, result, rootimgdir);
    return result.stderr;
  } finally {
    await rmdir(work);
  }
}

/**
 * Sends what is written to the disk already while more is written, so that the last flush has little left to
 * do. Its failure is told by that.
 */
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

function checkView(exitCode: number | undefined, stderr: string, rootimgdir: string): void {
  if (exitCode === folderChanged) throw changedWhilePacking(`A folder in ${rootimgdir}`);
  if (exitCode !== viewFailed) return;
  throw new RootimgError('view-failed', `The tree in ${rootimgdir} cannot be laid under an overlay.`, {
    details: lastLines(stderr),
    hint: 'A squashfs or erofs image needs root, tar, and a kernel with overlay and tmpfs; -m cpio and -m tar do without.',
  });
}
