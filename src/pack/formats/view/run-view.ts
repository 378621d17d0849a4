import { closeSync, openSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import type { RootimgError } from '../../../base/errors.ts';
import { flushMeanwhile } from '../../../base/flush.ts';
import { lastLines, start } from '../../../system/exec.ts';
import { temporaryDir } from '../../../system/temp.ts';
import { changedWhilePacking } from '../../members/content.ts';
import type { ChunkWriter } from '../../streams/chunk-writer.ts';
import { checkEnded, feedProgram } from '../../streams/feed-program.ts';
import type { WriteJob } from '../format.ts';

/**
 * Exit status of a script when the view of the image could not be made, apart from those of the command.
 */
export const viewFailed = 125;

/** Exit status when one of the folders that are put over the view is not the selected one any more. */
export const folderChanged = 124;

/** How the file that is made is called where the command runs. */
export const outputName = 'output';

/**
 * Goes to a file system in memory at `$work`, begins to copy the files of the command there, and meanwhile
 * unpacks the archive on standard input into its folder `target`; `folders` are made besides. noatime:
 * mksquashfs takes names for those of one link only when none has been read since it saw the other.
 * Parameters, which are taken away: the files of the command, `--`.
 */
export function unpackScript(target: string, folders: string): string {
  return `{
  mount -t tmpfs -o mode=700,noatime tmpfs "$work" &&
  cd "$work" &&
  mkdir ${target} ${folders} tmp &&
  : >${outputName}
} || exit ${viewFailed}
program=$1
while [ "$1" != -- ]; do
  printf '%s\\0' "$1"
  shift
done >programs
shift
xargs --null cp --parents --dereference --target-directory=. -- <programs &
copied=$!
tar --extract --file=- --directory=${target} --numeric-owner --preserve-permissions --xattrs --xattrs-include='*' ||
  exit ${viewFailed}`;
}

/**
 * Runs the command with no other root than the folder that was gone to. Parameters: its words.
 */
export const programScript = `wait "$copied" || exit ${viewFailed}
# What it says of its progress nobody reads.
exec chroot . "$program" "$@" >/dev/null
`;

export interface ViewJob extends Pick<WriteJob, 'rootimgdir' | 'file' | 'judge'> {
  /** What the command is given as SOURCE_DATE_EPOCH. */
  readonly epoch: number | undefined;
  /** The command itself, for messages. */
  readonly argv: readonly string[];
  /** argv of the script, for an empty folder. */
  readonly viewArgv: (work: string) => string[];
  /** Writes the archive that the script unpacks. */
  readonly produce: (out: ChunkWriter) => Promise<void>;
  /** Gives the path of what keeps the command from ending, or undefined when it has ended. */
  readonly stalls?: (ended: Promise<unknown>) => Promise<string | undefined>;
  /** What to throw where the view could not be made, with what was said of it. */
  readonly failed: (details: string[]) => RootimgError;
}

/**
 * Makes the file of a job by a command that sees a view of the image. Gives what the command said on standard
 * error. Throws when it did not end well.
 */
export async function runView(job: ViewJob): Promise<string> {
  const { rootimgdir, file, epoch } = job;
  const work = await temporaryDir(rootimgdir, 'view');
  try {
    closeSync(openSync(file, 'wx', 0o600));
    const env = epoch === undefined ? {} : { env: { SOURCE_DATE_EPOCH: `${epoch}` } };
    const running = start(job.viewArgv(work), env);
    running.stdout.resume();
    void flushMeanwhile(file, running.ended);
    const stalled = job.stalls?.(running.ended).then((path) => {
      if (path !== undefined) running.kill('SIGKILL');
      return path;
    });
    const result = await feedProgram(running, job.produce, job.judge);
    const other = await stalled;
    if (other !== undefined) throw changedWhilePacking(other);
    if (result.exitCode === folderChanged) throw changedWhilePacking(`A folder in ${rootimgdir}`);
    if (result.exitCode === viewFailed) throw job.failed(lastLines(result.stderr));
    checkEnded(job.argv, result, rootimgdir);
    return result.stderr;
  } finally {
    await rmdir(work);
  }
}
