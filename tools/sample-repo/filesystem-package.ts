import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesLine, type Spec } from './spec.ts';
import { accountFiles, type FileContent } from './accounts.ts';
import { words } from './words.ts';

/** Folders of the `filesystem` package with modes other than 0755. No other package lists them. */
const modes: Readonly<Record<string, number>> = {
  root: 0o550,
  tmp: 0o1777,
  'var/tmp': 0o1777,
  proc: 0o555,
  sys: 0o555,
};

export const baseFolders = words(`
  boot dev etc home media mnt opt proc root run srv sys tmp usr var etc/alternatives etc/cron.d
  etc/cron.daily etc/cron.weekly etc/default etc/init.d etc/ld.so.conf.d etc/logrotate.d etc/modprobe.d
  etc/modules-load.d etc/network etc/opt etc/pam.d etc/pki etc/pki/rpm-gpg etc/profile.d etc/rc.d
  etc/security etc/skel etc/ssl etc/ssl/certs etc/sysconfig etc/sysconfig/network-scripts etc/systemd
  etc/systemd/system etc/udev etc/udev/rules.d etc/yum.repos.d usr/bin usr/include usr/lib usr/lib64
  usr/libexec usr/local usr/sbin usr/share usr/src usr/lib/modprobe.d usr/lib/modules usr/lib/pam.d
  usr/lib/rpm usr/lib/rpm/macros.d usr/lib/systemd usr/lib/systemd/system usr/lib/sysctl.d
  usr/lib/sysusers.d usr/lib/tmpfiles.d usr/lib/udev usr/lib/udev/rules.d usr/local/bin usr/local/lib
  usr/local/sbin usr/local/share usr/share/doc usr/share/misc var/cache var/empty var/lib var/lib/misc
  var/lib/rpm var/local var/log var/mail var/opt var/spool var/tmp
`);

export const baseLinks: Readonly<Record<string, string>> = {
  bin: 'usr/bin',
  sbin: 'usr/sbin',
  lib: 'usr/lib',
  lib64: 'usr/lib64',
  'etc/mtab': '../proc/self/mounts',
  'var/run': '../run',
  'var/lock': '../run/lock',
  'etc/os-release': '../usr/lib/os-release',
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

/** What a distribution's first package holds. */
export interface BaseSystem {
  readonly version: string;
  readonly summary: string;
  readonly provides: readonly string[];
  readonly folders: readonly string[];
  /** Link → target. */
  readonly links: Readonly<Record<string, string>>;
  /** Content and mode of each file, by path from the root. */
  readonly files: Readonly<Record<string, FileContent>>;
}

/** The files of a distribution, `own` besides those that all have. */
export function systemFiles(own: Readonly<Record<string, FileContent>>): Record<string, FileContent> {
  return {
    ...accountFiles(),
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
    ...own,
    ...Object.fromEntries(
      Object.entries(pamFiles).map(([name, text]) => [`etc/pam.d/${name}`, [text, 0o644] as const]),
    ),
  };
}

/** EL's. */
export function elSystem(): BaseSystem {
  return {
    version: '9.4',
    summary: 'Folders, links, users and PAM files of the sample distribution',
    provides: [
      'sample-release = 9.4',
      'system-release = 9.4',
      'redhat-release = 9.4',
      'rocky-release = 9.4',
      'basesystem',
      'setup',
      'base-files',
    ],
    folders: baseFolders,
    links: { ...baseLinks, 'etc/redhat-release': 'system-release' },
    files: systemFiles({
      'etc/system-release': ['Sample Linux release 9.4\n', 0o644],
      'usr/lib/os-release': [osRelease, 0o644],
    }),
  };
}

/**
 * Writes the tree of the `filesystem` package, which every other package needs first: folders, links, users,
 * PAM.
 */
export async function writeFilesystem(root: string, { folders, links, files }: BaseSystem): Promise<void> {
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const folder of folders) await chmod(join(root, folder), modes[folder] ?? 0o755);
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path));
  for (const [path, [content, mode]] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode);
  }
}

/** The spec of the `filesystem` package. */
export function filesystemSpec({ version, summary, provides, folders, links, files }: BaseSystem): Spec {
  return {
    ...{ name: 'filesystem', version, release: '1', summary, noarch: true, provides },
    ...{ requires: [], requiresBefore: [], requiresPost: [] },
    files: [
      ...folders.map((path) => filesLine(path, 'folder')),
      ...Object.keys(links).map((path) => filesLine(path, 'file')),
      ...Object.keys(files).map((path) => filesLine(path, path.startsWith('etc/') ? 'config' : 'file')),
    ],
  };
}
