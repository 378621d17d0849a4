import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesLine, type Spec } from './spec.ts';
import type { Owners } from './tree.ts';

/** Folders of the `filesystem` package with modes other than 0755. No other package lists them. */
const modes: Readonly<Record<string, number>> = {
  root: 0o550,
  tmp: 0o1777,
  'var/tmp': 0o1777,
  proc: 0o555,
  sys: 0o555,
};

export const baseFolders: readonly string[] = [
  ...[
    'boot',
    'dev',
    'etc',
    'home',
    'media',
    'mnt',
    'opt',
    'proc',
    'root',
    'run',
    'srv',
    'sys',
    'tmp',
    'usr',
    'var',
  ],
  ...[
    'etc/alternatives',
    'etc/cron.d',
    'etc/cron.daily',
    'etc/cron.weekly',
    'etc/default',
    'etc/init.d',
    'etc/ld.so.conf.d',
  ],
  ...[
    'etc/logrotate.d',
    'etc/modprobe.d',
    'etc/modules-load.d',
    'etc/network',
    'etc/opt',
    'etc/pam.d',
    'etc/pki',
    'etc/pki/rpm-gpg',
  ],
  ...['etc/profile.d', 'etc/rc.d', 'etc/security', 'etc/skel', 'etc/ssl', 'etc/ssl/certs', 'etc/sysconfig'],
  ...[
    'etc/sysconfig/network-scripts',
    'etc/systemd',
    'etc/systemd/system',
    'etc/udev',
    'etc/udev/rules.d',
    'etc/yum.repos.d',
  ],
  ...[
    'usr/bin',
    'usr/include',
    'usr/lib',
    'usr/lib64',
    'usr/libexec',
    'usr/local',
    'usr/sbin',
    'usr/share',
    'usr/src',
  ],
  ...[
    'usr/lib/modprobe.d',
    'usr/lib/modules',
    'usr/lib/pam.d',
    'usr/lib/rpm',
    'usr/lib/rpm/macros.d',
    'usr/lib/systemd',
  ],
  ...[
    'usr/lib/systemd/system',
    'usr/lib/sysctl.d',
    'usr/lib/sysusers.d',
    'usr/lib/tmpfiles.d',
    'usr/lib/udev',
    'usr/lib/udev/rules.d',
  ],
  ...[
    'usr/local/bin',
    'usr/local/lib',
    'usr/local/sbin',
    'usr/local/share',
    'usr/share/doc',
    'usr/share/misc',
  ],
  ...[
    'var/cache',
    'var/empty',
    'var/lib',
    'var/lib/misc',
    'var/lib/rpm',
    'var/local',
    'var/log',
    'var/mail',
    'var/opt',
    'var/spool',
  ],
  ...['var/tmp'],
];

const links: Readonly<Record<string, string>> = {
  bin: 'usr/bin',
  sbin: 'usr/sbin',
  lib: 'usr/lib',
  lib64: 'usr/lib64',
  'etc/mtab': '../proc/self/mounts',
  'var/run': '../run',
  'var/lock': '../run/lock',
  'etc/os-release': '../usr/lib/os-release',
  'etc/redhat-release': 'system-release',
};

/** name, uid, gid, home, shell. The ids of the first block are Debian's fixed ones: files of its packages carry them. */
const users: readonly (readonly [string, number, number, string, string])[] = [
  ['root', 0, 0, '/root', '/bin/bash'],
  ['daemon', 1, 1, '/usr/sbin', '/usr/sbin/nologin'],
  ['bin', 2, 2, '/bin', '/usr/sbin/nologin'],
  ['sys', 3, 3, '/dev', '/usr/sbin/nologin'],
  ['sync', 4, 65534, '/bin', '/bin/sync'],
  ['man', 6, 12, '/var/cache/man', '/usr/sbin/nologin'],
  ['mail', 8, 8, '/var/mail', '/usr/sbin/nologin'],
  ['systemd-network', 998, 998, '/', '/usr/sbin/nologin'],
  ['systemd-timesync', 997, 997, '/', '/usr/sbin/nologin'],
  ['systemd-resolve', 996, 996, '/', '/usr/sbin/nologin'],
  ['messagebus', 100, 101, '/nonexistent', '/usr/sbin/nologin'],
  ['sshd', 101, 65534, '/run/sshd', '/usr/sbin/nologin'],
  ['_rpc', 102, 65534, '/run/rpcbind', '/usr/sbin/nologin'],
  ['statd', 103, 65534, '/var/lib/nfs', '/usr/sbin/nologin'],
  ['_chrony', 104, 104, '/var/lib/chrony', '/usr/sbin/nologin'],
  ['nobody', 65534, 65534, '/nonexistent', '/usr/sbin/nologin'],
];

const groups: readonly (readonly [string, number])[] = [
  ...(['root', 'daemon', 'bin', 'sys', 'adm', 'tty', 'disk', 'lp', 'mail'] as const).map(
    (name, gid) => [name, gid] as const,
  ),
  ['man', 12],
  ['kmem', 15],
  ['dialout', 20],
  ['cdrom', 24],
  ['tape', 26],
  ['sudo', 27],
  ['audio', 29],
  ['src', 40],
  ['shadow', 42],
  ['utmp', 43],
  ['video', 44],
  ['staff', 50],
  ['games', 60],
  ['users', 100],
  ['messagebus', 101],
  ['_ssh', 102],
  ['_chrony', 104],
  ['input', 105],
  ['sgx', 106],
  ['kvm', 107],
  ['render', 108],
  ['systemd-journal', 999],
  ['systemd-network', 998],
  ['systemd-timesync', 997],
  ['systemd-resolve', 996],
  ['nogroup', 65534],
];

/** Names of the ids that files of packages carry. */
export const baseOwners: Owners = {
  users: new Map(users.map(([name, uid]) => [uid, name])),
  groups: new Map(groups.map(([name, gid]) => [gid, name])),
};

const pamFiles: Readonly<Record<string, string>> = {
  'common-auth': 'auth required pam_unix.so\n',
  'common-account': 'account required pam_unix.so\n',
  'common-password': 'password required pam_unix.so sha512\n',
  'common-session': 'session required pam_unix.so\n-session optional pam_systemd.so\n',
  'common-session-noninteractive': 'session required pam_unix.so\n',
  other:
    'auth required pam_deny.so\naccount required pam_deny.so\npassword required pam_deny.so\nsession required pam_deny.so\n',
};

const osRelease = `NAME="Sample Linux"
VERSION="9.4"
ID="sample"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Sample Linux 9.4 for tests"
`;

/** Content and mode of each file of the package. */
function files(): Record<string, readonly [string, number]> {
  const passwd = users.map(
    ([name, uid, gid, home, shell]) =>
      `${name}:${name === 'root' ? '*' : 'x'}:${uid}:${gid}:${name}:${home}:${shell}\n`,
  );
  return {
    'etc/passwd': [passwd.join(''), 0o644],
    'etc/group': [groups.map(([name, gid]) => `${name}:x:${gid}:\n`).join(''), 0o644],
    'etc/shadow': [users.map(([name]) => `${name}:*:19000:0:99999:7:::\n`).join(''), 0],
    'etc/gshadow': [groups.map(([name]) => `${name}:*::\n`).join(''), 0],
    'etc/subuid': ['', 0o644],
    'etc/subgid': ['', 0o644],
    'etc/machine-id': ['', 0o444],
    'etc/fstab': ['', 0o644],
    'etc/hosts': ['127.0.0.1 localhost localhost.localdomain\n::1 localhost localhost.localdomain\n', 0o644],
    'etc/shells': ['/bin/sh\n/bin/bash\n', 0o644],
    'etc/securetty': ['console\ntty1\n', 0o644],
    'etc/nsswitch.conf': [
      'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\nrpc: files\n',
      0o644,
    ],
    'etc/skel/.bash_profile': ['# .bash_profile\n[ -f ~/.bashrc ] && . ~/.bashrc\n', 0o644],
    'etc/system-release': ['Sample Linux release 9.4\n', 0o644],
    'usr/lib/os-release': [osRelease, 0o644],
    ...Object.fromEntries(
      Object.entries(pamFiles).map(([name, text]) => [`etc/pam.d/${name}`, [text, 0o644] as const]),
    ),
  };
}

/** Writes the tree of the `filesystem` package, which every other package needs first: folders, links, users, PAM. */
export async function writeFilesystem(root: string): Promise<void> {
  for (const folder of baseFolders) await mkdir(join(root, folder), { recursive: true });
  for (const folder of baseFolders) await chmod(join(root, folder), modes[folder] ?? 0o755);
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path));
  for (const [path, [content, mode]] of Object.entries(files())) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode);
  }
}

/** The spec of the `filesystem` package. */
export function filesystemSpec(): Spec {
  return {
    name: 'filesystem',
    version: '9.4',
    release: '1',
    summary: 'Folders, links, users and PAM files of the sample distribution',
    noarch: true,
    provides: [
      'sample-release = 9.4',
      'system-release = 9.4',
      'redhat-release = 9.4',
      'rocky-release = 9.4',
      'basesystem',
      'base-passwd',
      'libpam-runtime',
    ],
    requires: [],
    requiresBefore: [],
    requiresPost: [],
    files: [
      ...baseFolders.map((path) => filesLine(path, 'folder')),
      ...Object.keys(links).map((path) => filesLine(path, 'file')),
      ...Object.keys(files()).map((path) => filesLine(path, path.startsWith('etc/') ? 'config' : 'file')),
    ],
  };
}
