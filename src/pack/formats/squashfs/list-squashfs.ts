import { start } from '../../../system/exec.ts';
import type { Member } from '../../members/member-table.ts';
import { type ByteReader, byteReader } from '../../streams/byte-reader.ts';
import { checkStage } from '../../streams/stage.ts';
import type { ReadMember } from '../format.ts';

/** How unsquashfs calls the root of a file system. */
const rootName = 'squashfs-root';

/** argv that lists all names of a squashfs file. */
export function listArgv(file: string): string[] {
  return ['unsquashfs', '-l', file];
}

export function unsquashfsArgv(file: string, folder: string): string[] {
  return ['unsquashfs', '-no-progress', '-quiet', '-no-xattrs', '-dest', folder, file];
}

/** Calls for each name that unsquashfs finds. It lists as we do: folders before what is in them, the root first, names in the order of their bytes. */
export async function listSquashfs(
  file: string,
  onMember: (member: ReadMember) => void,
  expected: () => Member | undefined,
): Promise<void> {
  const argv = listArgv(file);
  const running = start(argv);
  running.stdin.end();
  try {
    await readNames(byteReader(running.stdout), onMember, expected);
  } catch (error) {
    running.kill('SIGKILL');
    const ended = await running.ended;
    // The program's own failure is the cause; when it had to be killed, what was found is.
    if (ended.signal === undefined) checkStage(argv, ended, file);
    throw error;
  }
  checkStage(argv, await running.ended, file);
}

async function readNames(
  reader: ByteReader,
  onMember: (member: ReadMember) => void,
  expected: () => Member | undefined,
): Promise<void> {
  await skipPreamble(reader);
  onMember({ path: '.' });
  for (let member = expected(); member !== undefined; member = expected()) {
    // A name may hold line breaks: how long it is only the expected one can say.
    const wanted = `${rootName}/${member.path}\n`;
    const found = (await reader.read(wanted.length)).toString('latin1');
    onMember({ path: found.slice(rootName.length + 1, -1) });
  }
  if ((await reader.drain()) !== 0) throw new RangeError('it holds more members than were selected');
}

/** Older versions say how they work before they list. */
async function skipPreamble(reader: ByteReader): Promise<void> {
  for (let line = ''; line !== rootName;) {
    line = '';
    for (let char = ''; char !== '\n'; char = (await reader.read(1)).toString('latin1')) line += char;
  }
}
