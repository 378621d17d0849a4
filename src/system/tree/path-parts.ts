/** A name in a folder of a tree, whose root is `.`. */
export function joined(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** The folder that a path lies in. */
export function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '.' : path.slice(0, cut);
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
