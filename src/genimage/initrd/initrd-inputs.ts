import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { managerSettings } from '../../packages/leftovers.ts';
import { namedByConfiguration, type Setting } from './dracut-configuration.ts';

/** Counted up when the rules below, or how we make an initrd, change without a change of an argv. */
const rules = 3;

/** What decides an initrd besides the files of the image. */
export interface InitrdSource {
  /** argv of dracut and of the compressor, and the environment of dracut. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly kernelVersion: string;
  /** See readDracutConfiguration. */
  readonly configuration: readonly Setting[];
  /**
   * See readDriverSettings: with the configuration all of /etc that decides which drivers go in, because
   * dracut's modules for the network and the packed root look at no more of it (drivers-apart.ts names these
   * modules).
   */
  readonly driverSettings: readonly Setting[];
  /** Folder of our dracut module on the host. */
  readonly dracutModuleDir: string;
}

/**
 * Folders of the image where nothing is that dracut looks at while it makes an initrd for any machine: what
 * is mounted at run time, homes, data, documentation. They are the only ones that do not count. dracut
 * decides by far more than it copies (which programs exist, udev rules, units, configuration, libraries), and
 * a list of what it reads would be wrong with its next release; so this is a list of what it does not read,
 * and everything else in the image counts.
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
    ...managerSettings,
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

/**
 * Small files that builds write anew with the same content count by content, all others by size and time, as
 * rsync does.
 */
const byContent = /^(etc\/|usr\/lib\/dracut\/|(usr\/)?lib\/modules\/[^/]+\/modules\.)/;

/** The same digest, the same initrd; or the same drivers in it. */
export interface InitrdInputs {
  readonly whole: string;
  readonly drivers: string;
}

/**
 * Digests of all that decides an initrd. `members` gives names of files that an earlier initrd of this image
 * holds, or the new one: they count wherever they lie in the image, and so does what dracut's configuration
 * names. It is asked last.
 */
export function digestInitrdInputs(
  root: string,
  task: InitrdSource,
): (members: readonly string[]) => InitrdInputs {
  const common = createHash('sha256');
  const say = (...words: (string | number)[]) => common.update(`${words.join('\0')}\n`);
  say('rules', rules);
  say('kernel', task.kernelVersion);
  say(...task.argv);
  for (const name of Object.keys(task.environment).sort())
    say('env', name, dataWithoutSecrets({ [name]: task.environment[name] ?? '' })[name] ?? '');
  hashFolder(common, task.dracutModuleDir, '', { skip: () => false, content: () => true });
  const content = (path: string) => byContent.test(path);
  hashFolder(common, root, '', { skip: (path) => path === 'etc' || unread.has(path), content });
  const programs = createHash('sha256');
  const etc = join(root, 'etc');
  if (lstatSync(etc, { throwIfNoEntry: false })?.isDirectory()) {
    hashFolder(programs, root, 'etc', { skip: (path) => unread.has(path), content });
  }
  const named = namedByConfiguration(task.configuration);
  const drivers = createHash('sha256');
  drivers.update(JSON.stringify([task.configuration, task.driverSettings]));
  for (const path of named.filter((path) => path.startsWith('etc/'))) {
    hashPath(drivers, root, path, everything);
  }
  const [all, ofPrograms, ofDrivers] = [common, programs, drivers].map((hash) => hash.digest('hex'));
  return (members) => {
    const elsewhere = createHash('sha256');
    for (const path of [...new Set([...members, ...named].filter(isUnread))].sort()) {
      hashPath(elsewhere, root, path, everything);
    }
    const rest = elsewhere.digest('hex');
    return { whole: digestOfAll(all, ofPrograms, rest), drivers: digestOfAll(all, ofDrivers, rest) };
  };
}

function digestOfAll(...parts: (string | undefined)[]): string {
  return createHash('sha256').update(parts.join()).digest('hex');
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
const everything: Rule = { skip: () => false, content: () => true };

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
