/** Folders of an image with settings of package managers alone. */
export const managerSettings: readonly string[] = ['etc/yum.repos.d', 'etc/yum', 'etc/dnf'];
