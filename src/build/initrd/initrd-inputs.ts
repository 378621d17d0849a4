import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Counted up when the rules below, or how we call dracut, change without a change of its argv. */
const rules = 1;

/** What decides an initrd besides the files of the image. */
export interface InitrdTask {
  /** argv of dracut, and its environment. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly kernelVersion: string;
  /** Folder of our dracut module on the host. */
  readonly dracutModuleDir: string;
}

/**
 * Folders of the image where nothing is that dracut looks at while it makes an initrd for any machine: what is mounted at run time, homes,
 * data, documentation. They are the only ones that do not count. dracut decides by far more than it copies (which programs exist, udev
 * rules, units, configuration, libraries), and a list of what it reads would be wrong with its next release; so this is a list of what
 * it does not read, and everything else in the image counts.
 */
const unread = new Set([
  ...['dev', 'proc', 'run', 'sys', 'tmp', 'home', 'root', 'srv', 'mnt', 'media', 'opt', 'var', 'xcatpost'],
  ...['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/licenses'],
  ...[
    'etc/motd',
    'etc/motd.d',
    'etc/issue',
    'etc/issue.net',
    'etc/issue.d',
    'etc/ssh',
    'etc/skel',
    'etc/yum.repos.d',
    'etc/yum',
    'etc/dnf',
  ],
  ...[
    'etc/cron.d',
    'etc/cron.daily',
    'etc/cron.hourly',
    'etc/cron.weekly',
    'etc/cron.monthly',
    'etc/crontab',
    'etc/logrotate.d',
  ],
  ...[
    'etc/sudoers',
    'etc/sudoers.d',
    'etc/profile',
    'etc/profile.d',
    'etc/exports',
    'etc/exports.d',
    'etc/slurm',
    'etc/munge',
  ],
  ...[
    'etc/chrony.conf',
    'etc/chrony',
    'etc/rsyslog.conf',
    'etc/rsyslog.d',
    'etc/ntp.conf',
    'etc/postfix',
    'etc/sssd',
  ],
]);

/** Small files that builds write anew with the same content count by content, all others by size and time, as rsync does. */
const byContent = /^(etc\/|usr\/lib\/dracut\/|(usr\/)?lib\/modules\/[^/]+\/modules\.)/;

/** Configuration of dracut, which may name further files to put in. */
const configuration = ['etc/dracut.conf', 'etc/dracut.conf.d', 'usr/lib/dracut/dracut.conf.d'];

/**
 * Digest of all that decides an initrd: the same digest, the same initrd. `members` names files that an earlier initrd of this image
 * holds: they count wherever they lie in the image, and so does what dracut's configuration names.
 */
export function digestInitrdInputs(root: string, task: InitrdTask, members: readonly string[]): string {
  const hash = createHash('sha256');
  const say = (...words: (string | number)[]) => hash.update(`${words.join('\0')}\n`);
  say('rules', rules);
  say('kernel', task.kernelVersion);
  say(...task.argv);
  for (const name of Object.keys(task.environment).sort()) say('env', name, task.environment[name] ?? '');
  hashFolder(hash, task.dracutModuleDir, '', { skip: () => false, content: () => true });
  hashFolder(hash, root, '', { skip: (path) => unread.has(path), content: (path) => byContent.test(path) });
  const elsewhere = [...members, ...namedByConfiguration(root)].filter(isUnread);
  for (const path of [...new Set(elsewhere)].sort()) hashPath(hash, root, path, all);
  return hash.digest('hex');
}

/** Members of an initrd that lie where nothing else counts. */
export function uncountedMembers(members: readonly string[], root: string): string[] {
  const inImage = (path: string) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  return members.filter((path) => isUnread(path) && inImage(path)).sort();
}

function isUnread(path: string): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (unread.has(path.slice(0, end))) return true;
  }
  return false;
}

interface Rule {
  readonly skip: (path: string) => boolean;
  readonly content: (path: string) => boolean;
}
const all: Rule = { skip: () => false, content: () => true };

/** One by one and synchronous: thousands of small files are quicker without a promise each. */
function hashFolder(hash: Hash, base: string, path: string, rule: Rule): void {
  for (const name of readdirSync(join(base, path)).sort()) {
    const inner = path === '' ? name : `${path}/${name}`;
    if (!rule.skip(inner)) hashPath(hash, base, inner, rule);
  }
}

function hashPath(hash: Hash, base: string, path: string, rule: Rule): void {
  const full = join(base, path);
  const found = lstatSync(full, { throwIfNoEntry: false });
  hash.update(`${path}\0${found === undefined ? 'absent' : describe(found, full, rule.content(path))}\n`);
  if (found?.isDirectory()) hashFolder(hash, base, path, rule);
}

/** The time of a folder says nothing: each name in it counts by itself. */
function describe(found: Stats, path: string, byContent: boolean): string {
  const owner = `${found.mode}\0${found.uid}\0${found.gid}`;
  if (found.isDirectory()) return owner;
  if (found.isSymbolicLink()) return `${owner}\0${readlinkSync(path)}`;
  if (!found.isFile()) return `${owner}\0${found.rdev}`;
  if (byContent) return `${owner}\0${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  return `${owner}\0${found.size}\0${found.mtimeMs}`;
}

/** Absolute paths in dracut's configuration (`install_items+=" /opt/site/tool "`), without their slash. */
function namedByConfiguration(root: string): string[] {
  return configuration.flatMap((path) => {
    const full = join(root, path);
    const found = lstatSync(full, { throwIfNoEntry: false });
    const files = found?.isDirectory() ? readdirSync(full).map((name) => join(full, name)) : [full];
    return files.flatMap((file) => {
      if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return [];
      return [...readFileSync(file, 'utf8').matchAll(/(?<![\w.}])\/([\w.+@-]+(?:\/[\w.+@-]+)*)/g)].flatMap(
        (match) => match[1] ?? [],
      );
    });
  });
}
