/** Folders of a tree that a package manager fills for itself alone. */
export const managerCaches: readonly string[] = ['var/cache/dnf', 'var/cache/yum', 'var/cache/libdnf5'];

/** Folders with settings of package managers alone. */
export const managerSettings: readonly string[] = ['etc/yum.repos.d', 'etc/yum', 'etc/dnf'];

/** Names in var/log that package managers give to what they write of their own work. */
export const managerLog = /^(dnf5?|hawkey|yum)\b.*\.log/;
