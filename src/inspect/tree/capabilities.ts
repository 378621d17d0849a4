import { toBinary, toText } from '../../base/bytes.ts';
import { anyExitCode, run } from '../../system/exec.ts';
import { holdFolders } from '../../system/tree/held-folders.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { isRegular, type TreeListing } from './tree-listing.ts';

const argv = [
  ...['xargs', '--null', '--no-run-if-empty', '--max-chars=120000', 'getfattr', '--no-dereference', '--dump'],
  ...['--match=^security\\.capability$', '--encoding=hex', '--absolute-names', '--'],
];

const executable = 0o111;

/** So many folders of the tree are open at once; the usual limit of a process is 1,024 files. */
const mostFolders = 200;

/** The member of a cpio archive that holds the attributes of its files, in the form of getfattr. */
const xattrList = '.rootimg-xattrs';

/**
 * The capabilities of the programs in a tree, by path, as getcap(8) writes them. Throws `tool-missing`,
 * `command-failed` of getfattr, which Node needs to see them.
 */
export async function readCapabilities(tree: Tree, listing: TreeListing): Promise<Map<string, string>> {
  const programs = [...listing].flatMap(([path, entry]) =>
    isRegular(entry) && (entry.mode & executable) !== 0 ? [path] : [],
  );
  const found = new Map<string, string>();
  for (let next = 0; next < programs.length;) {
    const folders = holdFolders(tree);
    try {
      let input = '';
      for (; next < programs.length && folders.count() < mostFolders; next++) {
        input += `${folders.nameOf(programs[next] ?? '')}\0`;
      }
      const { stdout } = await run(argv, { input: Buffer.from(input, 'latin1'), okCodes: anyExitCode });
      takeDump(toBinary(stdout), (name) => folders.pathOf(name), found);
    } finally {
      folders.close();
    }
  }
  const apart = readInTree(tree, xattrList)?.toString('latin1') ?? '';
  takeDump(apart, (name) => name.replace(/^\.\//, ''), found);
  return found;
}

/** Takes what getfattr wrote, binary, into `found`; `pathOf` gives the path of a name in it. */
function takeDump(dump: string, pathOf: (name: string) => string, found: Map<string, string>): void {
  for (const record of dump.split('\n\n')) {
    const [, name = '', hex = ''] =
      /^# file: (.*)\n(?:.*\n)*?security\.capability=0x([0-9a-f]+)/m.exec(record) ?? [];
    if (name !== '') found.set(toText(pathOf(unescaped(name))), capabilityWords(Buffer.from(hex, 'hex')));
  }
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** Names by number (Linux: include/uapi/linux/capability.h). */
const names =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );

/** `cap_net_raw=ep` of the bytes of the attribute (struct vfs_cap_data). */
export function capabilityWords(value: Buffer): string {
  if (value.length < 12) return 'damaged';
  const isEffective = (value.readUInt32LE(0) & 1) === 1;
  const sets = new Map<string, string[]>();
  for (let number = 0; number < (value.length >= 20 ? 64 : 32); number++) {
    const word = 4 + 8 * (number >>> 5);
    const has = (at: number) => ((value.readUInt32LE(at) >>> (number & 31)) & 1) === 1;
    const [permitted, inheritable] = [has(word), has(word + 4)];
    if (!permitted && !inheritable) continue;
    const flags = `${isEffective ? 'e' : ''}${inheritable ? 'i' : ''}${permitted ? 'p' : ''}`;
    sets.set(flags, [...(sets.get(flags) ?? []), `cap_${names[number] ?? number}`]);
  }
  return [...sets].map(([flags, list]) => `${list.join(',')}=${flags}`).join(' ');
}
