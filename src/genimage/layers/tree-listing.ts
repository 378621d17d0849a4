import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface TreeListing {
  /**
   * Digest of all names, kinds, modes, owners, sizes, times of files (whole seconds: what all file systems
   * keep), targets of links.
   */
  readonly digest: string;
  /** Of file content. */
  readonly bytes: number;
}

/** Lists a tree without reading its files. */
export function listTree(root: string): TreeListing {
  const hash = createHash('sha256');
  let bytes = 0;
  const visit = (path: string) => {
    const found = lstatSync(path);
    const name = path.slice(root.length);
    const owner = `${name}\0${found.mode}\0${found.uid}\0${found.gid}`;
    if (found.isDirectory()) {
      hash.update(`${owner}\n`);
      for (const inner of readdirSync(path).sort()) visit(join(path, inner));
    } else if (found.isSymbolicLink()) {
      hash.update(`${owner}\0${readlinkSync(path)}\n`);
    } else {
      bytes += found.size;
      hash.update(`${owner}\0${found.rdev}\0${found.size}\0${Math.floor(found.mtimeMs / 1000)}\n`);
    }
  };
  visit(root);
  return { digest: hash.digest('hex'), bytes };
}
