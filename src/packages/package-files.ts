/** Whether a name of a list is a package file of the host. */
export function isPackageFile(name: string): boolean {
  return /^\/.*\.(rpm|deb)$/.test(name);
}
