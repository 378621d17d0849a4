/** Something on the way to a path by which another user could exchange what lies there. */
export interface FolderFault {
  readonly path: string;
  /** `belongs to user 1000`. */
  readonly reason: string;
  /** False: only members of a group can, whom the administrator may have meant. */
  readonly anybody: boolean;
}

/** What config.yaml says of folders that others than root may write, and who hears of them. */
export interface FolderTrust {
  readonly groupWritable: 'warn' | 'refuse';
  /** Ids of users who are trusted as root is. */
  readonly owners: readonly number[];
  readonly warn: (fault: FolderFault) => void;
}

let current: FolderTrust = { groupWritable: 'warn', owners: [], warn: () => undefined };

/** The same for all folders of this process; a command sets it when it has read its configuration. */
export function trustFolders(trust: FolderTrust): void {
  const told = new Set<string>();
  current = {
    ...trust,
    warn: (fault) => {
      if (!told.has(fault.path)) trust.warn(fault);
      told.add(fault.path);
    },
  };
}

export function folderTrust(): FolderTrust {
  return current;
}
