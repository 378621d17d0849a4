/** One thing on a medium. Paths are relative to its root, with `/`, never beginning with it. */
export interface MediumEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  /**
   * Bytes; 0 for folders and links. Undefined for a second name of a file, which the table of contents gives
   * no size.
   */
  readonly size: number | undefined;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  /** Where a link points to. */
  readonly target?: string;
}

/** An installation medium: an ISO file, a device or a folder. */
export interface Medium {
  /** As the administrator named it, made absolute. */
  readonly path: string;
  readonly kind: 'archive' | 'folder';
  readonly entries: readonly MediumEntry[];
}

/** What recognising a medium looks at: its names, and the text of the few files that say what it is. */
export interface MediumFacts {
  readonly names: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
}

/** What a medium is. */
export interface Recognised {
  /** Such as rocky9.4. */
  readonly osvers: string;
  /** As osarch says it; undefined when the medium does not tell. */
  readonly arch: string | undefined;
  /** Its number in a set, `ALL`, or a name such as sdk1; undefined when the medium does not tell. */
  readonly disc: string | undefined;
  /**
   * Folder below the distribution's that holds this disc (SUSE: one for each disc); undefined: all discs
   * share the folder.
   */
  readonly folder: string | undefined;
  /** The full release where osvers has a part of it only (Debian: 12.7.0). */
  readonly release?: string;
  /** Why it brings no packages for images, as the end of a sentence that begins with the medium. */
  readonly lacksPackages?: string;
}

/** Bytes of all files of a medium. */
export function mediumBytes(medium: Medium): number {
  return medium.entries.reduce((sum, entry) => sum + (entry.size ?? 0), 0);
}

/**
 * The entries with every folder before what is in it, also those that the table of contents leaves out.
 * Undefined when a path leads out of the medium or through something that is not a folder: such a medium was
 * made to write elsewhere.
 */
export function orderedEntries(entries: readonly MediumEntry[]): MediumEntry[] | undefined {
  const all = new Map<string, MediumEntry>();
  for (const entry of entries) {
    const parts = entry.path.split('/');
    if (parts.some((part) => part === '..' || part === '.' || part === '')) return undefined;
    if (all.has(entry.path) && all.get(entry.path)?.type !== entry.type) return undefined;
    all.set(entry.path, entry);
  }
  for (const { path, mtime } of entries) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join('/');
      const there = all.get(parent);
      if (there === undefined) all.set(parent, { path: parent, type: 'folder', size: 0, mtime });
      else if (there.type !== 'folder') return undefined;
    }
  }
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
