import { start } from '../../../system/exec.ts';
import type { Member } from '../../members/member-table.ts';
import { fileType } from '../../members/mode.ts';
import { checkEnded } from '../../streams/feed-program.ts';
import type { ReadMember } from '../format.ts';

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

/**
 * What stands before a name. Numbers of devices are not read: unsquashfs before 4.6 writes large ones wrong.
 */
const before = /([-dlbcps])([-rwxsStT]{9}) (\d+)\/(\d+) +(?:(\d+)|-?\d+, *-?\d+) \d+-\d\d-\d\d \d\d:\d\d /y;

/** Longer than what stands before any name. */
const mostBefore = 120;

const types: ReadonlyMap<string, number> = new Map([
  ['-', fileType.regular],
  ['d', fileType.folder],
  ['l', fileType.symlink],
  ['b', fileType.block],
  ['c', fileType.character],
  ['p', fileType.fifo],
  ['s', fileType.socket],
]);

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
      before.lastIndex = at;
      const head = before.exec(text);
      if (head === null) {
        if (text.length - at < mostBefore && !isEnd) return;
        throw new RangeError('it ends too early');
      }
      // A name may hold line breaks: how long it is only the expected one can say.
      const name = member.path === '.' ? rootName : `${rootName}/${member.path}`;
      const isLink = head[1] === 'l';
      const target = isLink ? ' -> '.length + Number(head[5]) : 0;
      const end = before.lastIndex + name.length + target + 1;
      if (text.length < end && !isEnd) return;
      const found = text.slice(before.lastIndex, before.lastIndex + name.length);
      const isOver = text[end - 1] === '\n' && found === name;
      onMember({ ...valuesOf(head), path: isOver ? member.path : found.slice(rootName.length + 1) });
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

function valuesOf([, type = '', permissions = '', uid, gid, size]: RegExpExecArray): Omit<
  ReadMember,
  'path'
> {
  const mode = (types.get(type) ?? 0) | knownBits(permissions);
  const hasSize = type === '-' || type === 'l';
  return { mode, uid: Number(uid), gid: Number(gid), ...(hasSize ? { size: Number(size) } : {}) };
}

/** A tree has few different ones. */
const known = new Map<string, number>();

function knownBits(text: string): number {
  const bits = known.get(text) ?? permissionBits(text);
  known.set(text, bits);
  return bits;
}

/** `rwsr-x--T` as bits. */
function permissionBits(text: string): number {
  let bits = 0;
  for (let place = 0; place < text.length; place++) {
    const char = text[place] ?? '-';
    if (char !== '-' && char !== 'S' && char !== 'T') bits |= 0o400 >> place;
    if (/[sS]/.test(char)) bits |= place === 2 ? 0o4000 : 0o2000;
    if (/[tT]/.test(char)) bits |= 0o1000;
  }
  return bits;
}
