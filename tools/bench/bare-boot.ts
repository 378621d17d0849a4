import { chmod, copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findTool, run } from '../../src/system/exec.ts';

/**
 * What somebody would write by hand: fetch the file whole, unpack it into a tmpfs. $1 is the name of the
 * note. Every step must succeed, or there is no note.
 */
const bare = `set -e
url=$(sed 's/.*imgurl=\\([^ ]*\\).*/\\1/' /proc/cmdline)
mkdir -p /bench/pack /bench/root
mount -t tmpfs -o size=90% bare /bench/pack
mount -t tmpfs -o size=90% bare /bench/root
read -r begin _ < /proc/uptime
curl --fail --silent --output /bench/pack/image "$url"
case $url in
    *.sfs) /bench/ld.so --library-path /bench/lib /bench/unsquashfs -quiet -no-progress -force -dest /bench/root /bench/pack/image > /dev/null ;;
    *.cpio.gz) (cd /bench/root && gzip -dc /bench/pack/image | cpio -idmu --quiet) ;;
esac
read -r end _ < /proc/uptime
[ -d /bench/root/usr ]
umount /bench/pack /bench/root
printf '%s-begin=%s\\n%s-end=%s\\n' "$1" "$begin" "$1" "$end" >> /run/initramfs/rootimg/times
`;

/** Once the network is up, and before our own attempt, which is held back until then. */
const before = `#!/bin/sh
if [ -e /run/initramfs/rootimg/imgurl ] && [ ! -e /bench/done ]; then
    echo 999999 > /run/initramfs/rootimg/next
    if (. /lib/rootimg/lib.sh && . /lib/rootimg/network.sh && [ -n "$(rootimg_online)" ]); then
        : > /bench/done
        sh /bench/bare.sh bare1 > /bench/log 2>&1 || cat /bench/log > /dev/kmsg
        rm -f /run/initramfs/rootimg/next
    fi
fi
`;

/** After our own work, so that neither of the two always finds the processor warm. */
const after = `#!/bin/sh
sh /bench/bare.sh bare2 > /bench/log 2>&1 || cat /bench/log > /dev/kmsg
`;

/**
 * Writes a copy of an initrd that also does the same by hand, before and after our own work: the kernel reads
 * archives that lie one behind the other. Gives its path.
 */
export async function initrdWithBare(folder: string, initrd: string): Promise<string> {
  const tree = join(folder, 'bare');
  await rm(tree, { recursive: true, force: true });
  const put = async (path: string, text: string) => {
    await mkdir(join(tree, path, '..'), { recursive: true });
    await writeFile(join(tree, path), text, { mode: 0o755 });
  };
  await put('bench/bare.sh', bare);
  await put('usr/lib/dracut/hooks/initqueue/settled/50-bench.sh', before);
  await put('usr/lib/dracut/hooks/pre-pivot/90-bench.sh', after);
  await bringUnsquashfs(join(tree, 'bench'));
  const archive = join(folder, 'bare.cpio');
  await run(
    [
      'sh',
      '-c',
      'cd "$1" && find . ! -name . | cpio --create --format=newc --quiet > "$2"',
      'sh',
      tree,
      archive,
    ],
    {
      action: 'pack the yardstick',
    },
  );
  const target = join(folder, 'initrd-with-bare');
  await copyFile(initrd, target);
  const file = await open(target, 'a');
  try {
    // Archives begin at multiples of four bytes.
    const { size } = await file.stat();
    await file.write(Buffer.alloc((4 - (size % 4)) % 4));
    await file.write(await readFile(archive));
  } finally {
    await file.close();
  }
  return target;
}

/** The host's own, with the libraries that it was linked with. */
async function bringUnsquashfs(folder: string): Promise<void> {
  const program = await findTool('unsquashfs');
  if (program === undefined) throw new Error('unsquashfs is not installed');
  await mkdir(join(folder, 'lib'), { recursive: true });
  await copyFile(program, join(folder, 'unsquashfs'));
  const { stdout } = await run(['ldd', program]);
  for (const path of stdout.match(/\/\S+/g) ?? []) {
    const loader = basename(path).startsWith('ld-');
    await copyFile(path, join(folder, loader ? 'ld.so' : join('lib', basename(path))));
    if (loader) await chmod(join(folder, 'ld.so'), 0o755);
  }
}
