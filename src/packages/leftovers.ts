/** Folders of an image with settings of package managers alone. */
export const managerSettings: readonly string[] = [...['etc/yum.repos.d', 'etc/yum', 'etc/dnf', 'etc/zypp']];

/** Folders of an image in which managers keep what they know of its packages, and for themselves. */
export const managerFolders: readonly string[] = [
  ...['usr/lib/sysimage/rpm', 'var/lib/apt', 'var/lib/dnf', 'var/lib/dpkg', 'var/lib/rpm', 'var/lib/yum'],
  'var/lib/zypp',
];
