/** What a node says that it runs: the lines of /run/rootimg/booted, which handover.sh of the initrd writes. */
export interface BootedNode {
  /** IMAGENAME and IMAGEUUID of its xcatinfo. */
  readonly image?: string;
  readonly uuid?: string;
  /** Digests (hex): `initrd` of its members (see initrdId), `root` of the packed file where that was checked. */
  readonly initrd?: string;
  readonly kernel?: string;
  readonly root?: string;
  /** `uname -r` */
  readonly release?: string;
  /** /proc/cmdline */
  readonly line?: string;
}

const names = ['image', 'uuid', 'initrd', 'kernel', 'root', 'release', 'line'] as const;

/** Takes what it says from its lines by their names; undefined where it says nothing. */
export function bootedNode(values: ReadonlyMap<string, string>): BootedNode | undefined {
  const said = names.flatMap((name) => {
    const value = values.get(name);
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return said.length === 0 ? undefined : Object.fromEntries(said);
}
