import { basename } from 'node:path';

/** Attributes that name files of an image's definition, which a bundle carries. */
export const listAttributes = ['pkglist', 'otherpkglist', 'exlist', 'postinstall', 'synclists'] as const;
export type ListAttribute = (typeof listAttributes)[number];

/** One place of such an attribute. */
export interface ListPlace {
  readonly attribute: ListAttribute;
  readonly path: string;
  /** Of a postinstall script, with the blank before them. */
  readonly words: string;
}

/** The files that a definition names; of a postinstall script without its arguments. */
export function listPlaces(columns: ReadonlyMap<string, string>): ListPlace[] {
  return listAttributes.flatMap((attribute) =>
    (columns.get(attribute) ?? '')
      .split(',')
      .map((place) => place.trim())
      .filter((place) => place !== '')
      .map((place) => {
        const [, path = place, words = ''] =
          attribute === 'postinstall' ? (/^(\S+)([^]*)$/.exec(place) ?? []) : [];
        return { attribute, path, words };
      }),
  );
}

/** Paths that would be one file in a bundle, which has no folders for lists; each group once. */
export function sameNames(paths: readonly string[]): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const path of paths) {
    const name = basename(path);
    groups.set(name, (groups.get(name) ?? new Set()).add(path));
  }
  return [...groups.values()].filter((group) => group.size > 1).map((group) => [...group]);
}

/** xCAT: the file of another profile gets its name in place of the old one, else before its own. */
export function renamedList(name: string, old: string, profile: string): string {
  if (old === profile) return name;
  return name.includes(old) ? name.replace(old, profile) : `${profile}.${name}`;
}
