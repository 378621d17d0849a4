import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { run } from '../../../src/system/exec.ts';

/**
 * Bytes of POSIX message queues that this process and all that comes from it may have: a number that nobody
 * else has.
 */
const mark = 700_000 + (process.pid % 100_000);

/**
 * Marks all that this process starts from now on. A limit is inherited by whatever changes its session,
 * parent, environment, root or namespaces, so that a daemon which escaped from a build is known from what
 * others start on the host meanwhile.
 */
export async function markDescendants(): Promise<void> {
  await run(['prlimit', '--pid', String(process.pid), `--msgqueue=${mark}`]);
}

/** Names in /dev and /run of the host that the sandbox makes or changes in those of a root. */
const watched = [
  ...[
    'null',
    'zero',
    'full',
    'random',
    'urandom',
    'tty',
    'ptmx',
    'fd',
    'stdin',
    'stdout',
    'stderr',
    'pts',
    'shm',
  ],
].map((name) => `/dev/${name}`);

/**
 * What of the host a build might disturb, and only that, because others work on the host too: what it makes
 * in /dev and /run of a root, settings of the kernel, mounts on `folder` and on what it covers for rpm, and
 * processes: those that come from us and those that see `folder`.
 */
export async function hostState(folder: string) {
  const { stdout } = await run(['stat', '--format=%n %F %a %u', ...watched, '/run/rootimg'], {
    okCodes: [0, 1],
  });
  return {
    listing: stdout.split('\n'),
    settings: await readFile('/proc/sys/kernel/domainname', 'utf8'),
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder) || / (\/usr\/lib\/rpm|\/etc\/rpm|\/root)\S* /.test(line)),
    processes: readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .flatMap((pid) => describeProcess(pid, folder)),
  };
}

/**
 * Number, start in ticks of the kernel, and command of a process that has to do with us; the dead and the
 * kernel's own have not.
 */
function describeProcess(pid: string, folder: string): string[] {
  const look = (read: () => string) => {
    try {
      return read();
    } catch {
      return '';
    }
  };
  const stat = look(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if ('ZX'.includes(state)) return [];
  const limits = look(() => readFileSync(`/proc/${pid}/limits`, 'utf8'));
  const command = look(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
  const places = ['cwd', 'root'].map((name) => look(() => readlinkSync(`/proc/${pid}/${name}`)));
  const mounts = look(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
  const isOurs = new RegExp(`^Max msgqueue size +${mark} `, 'm').test(limits);
  const seesFolder = [command, mounts, ...places].some((text) => text.includes(folder));
  return isOurs || seesFolder ? [`${pid} ${fields[18]} ${command}`] : [];
}
