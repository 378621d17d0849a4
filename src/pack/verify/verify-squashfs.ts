import { start } from '../../system/exec.ts';
import { type ByteReader, byteReader } from '../streams/byte-reader.ts';
import { toShown } from '../../base/bytes.ts';
import { verifyError } from './compare-members.ts';
import type { MemberTable } from '../members/member-table.ts';
import { type DigestedFile, digestOf } from '../../system/file-digest.ts';
import { checkStage } from '../streams/stage.ts';

/** How unsquashfs calls the root of a file system. */
const rootName = 'squashfs-root';

/** argv that lists all names of a squashfs file. */
export function listArgv(file: string): string[] {
  return ['unsquashfs', '-l', file];
}

/**
 * Reads a squashfs file back from the disk: its digest, and that unsquashfs finds exactly the selected members in it. Throws `verify-failed` naming
 * the first difference.
 */
export async function verifySquashfs(file: string, members: MemberTable): Promise<DigestedFile> {
  const argv = listArgv(file);
  const running = start(argv);
  running.stdin.end();
  const [digest] = await Promise.all([
    digestOf(file),
    compareNames(byteReader(running.stdout), members),
  ]).catch(async (error: unknown) => {
    running.kill('SIGKILL');
    const ended = await running.ended;
    // The program's own failure is the cause; when it had to be killed, what was found is.
    if (ended.signal === undefined) checkStage(argv, ended, file);
    throw error;
  });
  checkStage(argv, await running.ended, file);
  return digest;
}

/** unsquashfs lists as we do: folders before what is in them, the root first, names in the order of their bytes. */
async function compareNames(reader: ByteReader, members: MemberTable): Promise<void> {
  try {
    await skipPreamble(reader);
    for (let index = 1; index < members.length; index++) {
      const path = members.pathAt(index);
      const wanted = `${rootName}/${path}\n`;
      const found = (await reader.read(wanted.length)).toString('latin1');
      if (found !== wanted) throw verifyError(`${toShown(path)} is not where it belongs`);
    }
  } catch (error) {
    if (error instanceof RangeError) throw verifyError('members are missing');
    throw error;
  }
  if ((await reader.drain()) !== 0) throw verifyError('it holds more members than were selected');
}

/** Older versions say how they work before they list. */
async function skipPreamble(reader: ByteReader): Promise<void> {
  for (let line = ''; line !== rootName;) {
    line = '';
    for (let char = ''; char !== '\n'; char = (await reader.read(1)).toString('latin1')) line += char;
  }
}
