import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveLocale } from '../../system/archive-format.ts';
import { run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { workDir } from '../../system/work-dir.ts';

/**
 * Does `work` on what a packed root holds, unpacked with owners, modes and attributes by the tools of its
 * format; of one in `layers` (paths, the base first) what nodes see of them. Only for root. Gone again at the
 * end.
 */
export async function withUnpacked<T>(
  packed: string,
  layers: readonly string[],
  work: (tree: string) => Promise<T>,
): Promise<T> {
  const folder = await workDir('unpacked');
  try {
    const tree = join(folder, 'rootimg');
    if (!/\.(sfs|erofs|layers)$/.test(packed)) await mkdir(tree);
    const argv = layers.length === 0 ? unpackArgv(packed, tree) : copyLayersArgv(layers, folder, tree);
    await run(argv, { action: `unpack ${packed}`, env: archiveLocale });
    return await work(tree);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Copies what is seen of layers that are mounted one above the other, which nobody else sees. Parameters: a
 * folder, the copy, the layers.
 */
const copyScript = `set -e
mkdir "$1"
mount -t tmpfs -o mode=700 tmpfs "$1"
cd "$1"
copy=$2
shift 2
mkdir seen empty
lower=empty number=0
for file; do
  mkdir $number
  case $file in *.erofs) kind=erofs ;; *) kind=squashfs ;; esac
  mount -t $kind -o ro,loop "$file" $number
  lower=$number:$lower number=$((number + 1))
done
# Since util-linux 2.39 an option has at most 255 bytes, unless mount is told to go the old way.
LIBMOUNT_FORCE_MOUNT2=always mount -t overlay -o ro,lowerdir=$lower overlay seen
exec cp -a --preserve=all seen "$copy"
`;

function copyLayersArgv(layers: readonly string[], folder: string, tree: string): string[] {
  // The copy lies outside of what is mounted over the folder.
  const work = join(folder, 'mounted');
  return namespaceArgv(['sh', '-c', copyScript, 'copy', work, tree, ...layers], {
    network: false,
  });
}

/** argv that unpacks a packed root, by the ending of its name; archives into a folder that exists. */
export function unpackArgv(packed: string, folder: string): string[] {
  if (packed.endsWith('.sfs')) return ['unsquashfs', '-no-progress', '-quiet', '-dest', folder, packed];
  if (packed.endsWith('.erofs')) return ['fsck.erofs', `--extract=${folder}`, packed];
  return ['bsdtar', '-x', '-p', '--numeric-owner', '--xattrs', '-f', packed, '-C', folder];
}

/** Whether the tool that unpacks it gives owners only after modes, which ends setuid bits, and no attributes. */
export function losesRights(packed: string): boolean {
  return packed.endsWith('.erofs');
}
