import { toBinary, toText } from '../../base/bytes.ts';
import type { PackageContents } from '../../packages/database.ts';

/** A regular file of the packed root; of hard links one name alone. */
export interface PackedFile {
  /** Binary, relative to the root, without `./`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Where the bytes of a packed root come from and where they lie. */
export interface Weights {
  /** Bytes of all files. */
  readonly total: number;
  /** Bytes that each package brought; packages of which nothing is packed have 0. */
  readonly packages: ReadonlyMap<PackageContents, number>;
  /** Bytes of files that no package brought. */
  readonly unowned: number;
  /** Bytes of the files that lie in each folder of the upper three levels, `usr/lib/modules`, or right in one above. */
  readonly folders: ReadonlyMap<string, number>;
}

const levels = 3;

/** Weighs what is packed. `place` tells where a path of a package really lies, links in its folders followed. */
export function weigh(
  files: Iterable<PackedFile>,
  packages: readonly PackageContents[],
  place: (path: string) => string,
): Weights {
  const owners = new Map<string, PackageContents>();
  for (const one of packages) {
    for (const { path, ghost } of one.files()) {
      if (ghost !== true) owners.set(place(toBinary(path.slice(1))), one);
    }
  }
  const byPackage = new Map(packages.map((one) => [one, 0]));
  const byFolder = new Map<string, number>();
  let [total, unowned] = [0, 0];
  for (const { path, size } of files) {
    total += size;
    const owner = owners.get(path);
    if (owner === undefined) unowned += size;
    else byPackage.set(owner, (byPackage.get(owner) ?? 0) + size);
    const folder = toText(path.split('/').slice(0, -1).slice(0, levels).join('/'));
    byFolder.set(folder, (byFolder.get(folder) ?? 0) + size);
  }
  return { total, unowned, packages: byPackage, folders: byFolder };
}
