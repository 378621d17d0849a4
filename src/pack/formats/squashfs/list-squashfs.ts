import { start } from '../../../system/exec.ts';
import type { Member } from '../../members/member-table.ts';
import { isSymlink } from '../../members/mode.ts';
import { checkEnded } from '../../streams/feed-program.ts';
import type { ReadMember } from '../format.ts';
import { readLineHead } from './line-head.ts';

/** How unsquashfs calls the root of a file system. */
const rootName = 'squashfs-root';

/**
 * argv that lists all members of a squashfs file: kind and permissions, owner and size (or device), time,
 * name.
 */
export function listArgv(file: string): string[] {
  return ['unsquashfs', '-lln', file];
}

export function unsquashfsArgv(file: string, folder: string): string[] {
  return ['unsquashfs', '-no-progress', '-quiet', '-no-xattrs', '-dest', folder, file];
}

/**
 * Calls for each name that unsquashfs finds. It lists as we do: folders before what is in them, the root
 * first, names in the order of their bytes.
 */
export async function listSquashfs(
  file: string,
  onMember: (member: ReadMember) => void,
  expected: () => Member | undefined,
): Promise<void> {
  const argv = listArgv(file);
  const running = start(argv);
  running.stdin.end();
  try {
    await readLines(running.stdout as AsyncIterable<Buffer>, onMember, expected);
  } catch (error) {
    running.kill('SIGKILL');
    const ended = await running.ended;
    // The program's own failure is the cause; when it had to be killed, what was found is.
    if (ended.signal === undefined) checkEnded(argv, ended, file);
    throw error;
  }
  checkEnded(argv, await running.ended, file);
}

/** Longer than what stands before any name. */
const mostBefore = 120;

async function readLines(
  source: AsyncIterable<Buffer>,
  onMember: (member: ReadMember) => void,
  expected: () => Member | undefined,
): Promise<void> {
  let text = '';
  let at = 0;
  let isEnd = false;
  let begun = false;
  const take = (): void => {
    for (let member = expected(); member !== undefined; member = expected()) {
      const head = readLineHead(text, at);
      if (head === undefined) {
        if (text.length - at < mostBefore && !isEnd) return;
        throw new RangeError('it ends too early');
      }
      // A name may hold line breaks: how long it is only the expected one can say.
      const name = member.path === '.' ? rootName : `${rootName}/${member.path}`;
      const target = isSymlink(head.mode) ? ' -> '.length + (head.size ?? 0) : 0;
      const end = head.end + name.length + target + 1;
      if (text.length < end && !isEnd) return;
      const isOver = text[end - 1] === '\n' && text.startsWith(name, head.end);
      const { mode, uid, gid, size } = head;
      const other = () => text.slice(head.end + rootName.length + 1, head.end + name.length);
      onMember({ path: isOver ? member.path : other(), mode, uid, gid, size });
      at = end;
    }
  };
  for await (const chunk of source) {
    text = text.slice(at) + chunk.toString('latin1');
    at = 0;
    // Older versions say how they work before they list.
    if (!begun) {
      const start = text.search(/^d[-rwxsStT]{9} /m);
      if (start === -1) continue;
      at = start;
      begun = true;
    }
    take();
  }
  isEnd = true;
  take();
  if (at < text.length) throw new RangeError('it holds more members than were selected');
}
