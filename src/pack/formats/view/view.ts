import { toText } from '../../../base/bytes.ts';
import { RootimgError } from '../../../base/errors.ts';
import { namespaceArgv } from '../../../system/namespace.ts';
import { findHoles } from '../tar/find-holes.ts';
import { buildLayer, layerXattrs } from './layer.ts';
import type { UntouchedFolder } from './untouched.ts';
import { findStall } from './watch-stall.ts';
import { type TimeRange, timesUpTo } from '../times.ts';
import type { WriteJob } from '../format.ts';
import { writeTar } from '../tar/write-tar.ts';
import { readXattrs } from '../../members/xattrs.ts';
import { folderChanged, outputName, programScript, runView, unpackScript, viewFailed } from './run-view.ts';
import { fstabWord } from './fstab-word.ts';
import { viewProgram } from './view-tools.ts';

/**
 * Runs in a private mount namespace: unpacks the layer from standard input into memory, lays it over the
 * tree, and runs the command in the folder in which that view of the image is called `image`. Folders in
 * which nothing differs are put over it from the tree itself, where they are read quicker; each must be the
 * one that was selected, whatever stands at its path by now. The command has no other root than that folder:
 * the image, the file that it makes, itself and its libraries are all that is there, wherever links in the
 * tree lead to. Parameters: an empty folder; the tree and the file as mount(8) reads them in a table; the files of
 * the command, `--`; for each of the folders its path as in the table, its path, device and inode; `--`, the
 * words of the command.
 */
const viewScript = `work=$1 root=$2 output=$3
shift 3
${unpackScript('layer', 'tree image')}
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
${programScript}`;

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
    ...programs,
    '--',
    ...folders,
    '--',
    ...argv.slice(1),
  ];
  return namespaceArgv(['sh', '-c', viewScript, 'view', ...words], { network: false });
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
  const programs = await viewProgram(argv[0] ?? '');
  return runView({
    ...{ rootimgdir, file, epoch, argv },
    viewArgv: (work) => viewArgv({ work, root: toText(root.root), file }, layer.untouched, programs, argv),
    produce: async (out) => {
      const xattrs = layerXattrs(layer, await readXattrs(root, layer.members));
      const holes = await findHoles(root, layer.members);
      await writeTar(out, root, layer.members, xattrs, holes, timesUpTo(times, epoch), () => {});
    },
    judge: job.judge,
    stalls: async (ended) => {
      const other = await findStall(root, job.selection.members, file, ended);
      return other === undefined ? undefined : `${root.root}/${other}`;
    },
    failed: (details) =>
      new RootimgError('view-failed', `The tree in ${rootimgdir} cannot be laid under an overlay.`, {
        details,
        hint: 'A squashfs or erofs image needs root, tar, and a kernel with overlay and tmpfs; -m cpio and -m tar do without.',
      }),
  });
}
