import type { Owners } from './tree.ts';

/** Content and mode of a file. */
export type FileContent = readonly [content: string, mode: number];

/**
 * name, uid, gid, home, shell. The ids of the first block are Debian's fixed ones: files of its packages
 * carry them.
 */
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

/**
 * The files that name users and groups, by path from the root. Nobody can log in: root gets a password when
 * an image is packed.
 */
export function accountFiles(): Record<string, FileContent> {
  const passwd = users.map(
    // As in EL's setup package, root's own field says that there is no password.
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
  };
}
