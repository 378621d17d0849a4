import { both } from '../../../base/both.ts';
import { RootimgError } from '../../../base/errors.ts';
import { namespaceArgv } from '../../../system/namespace.ts';
import { readXattrs } from '../../members/xattrs.ts';
import type { LayerJob } from '../format.ts';
import { findHoles } from '../tar/find-holes.ts';
import { writeTar } from '../tar/write-tar.ts';
import { type TimeRange, timesUpTo } from '../times.ts';
import { fstabWord } from './fstab-word.ts';
import { layerXattrs } from './layer.ts';
import { viewProgram } from './view-tools.ts';
import { outputName, programScript, runView, unpackScript, viewFailed } from './run-view.ts';

/**
 * Runs in a private mount namespace: unpacks the members from standard input into memory and runs the command
 * where they are called `image`, as viewScript does. What overlayfs reads of marks would not show through an
 * overlay. Parameters: an empty folder; the file as mount(8) reads it in a table; the files of the command,
 * `--`, its words.
 */
const membersScript = `work=$1 output=$2
shift 2
${unpackScript('image', '')}
printf '%s ${outputName} none bind\n' "$output" >mounts
mount --all --fstab mounts || exit ${viewFailed}
${programScript}`;

/**
 * Runs a program that makes a file system file of the folder `image` in its working folder: the members of
 * a layer alone. As makeThroughView else.
 */
export async function makeOfMembers(
  job: LayerJob,
  known: TimeRange,
  argv: readonly string[],
): Promise<string> {
  const { root, rootimgdir, file, layer, sourceDateEpoch: epoch } = job;
  const times = timesUpTo(epoch === undefined ? known : { ...known, earliest: 0 }, epoch);
  const [attributes, programs] = await both(readXattrs(root, layer.members), viewProgram(argv[0] ?? ''));
  const xattrs = layerXattrs(layer, attributes);
  const holes = await findHoles(root, layer.members);
  const words = [...programs, '--', ...argv.slice(1)];
  return runView({
    ...{ rootimgdir, file, epoch, argv, judge: job.judge },
    viewArgv: (work) =>
      namespaceArgv(['sh', '-c', membersScript, 'view', work, fstabWord(file), ...words], { network: false }),
    produce: (out) => writeTar(out, root, layer.members, xattrs, holes, times, () => {}),
    failed: (details) =>
      new RootimgError('view-failed', `The layer for ${rootimgdir} cannot be laid out in memory.`, {
        details,
        hint: 'It needs root, tar, tmpfs, and memory for all that has changed; --rebase packs the whole image.',
      }),
  });
}
