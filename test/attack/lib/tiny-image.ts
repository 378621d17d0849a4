import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeTinyWorld, type TinyRepository, type TinyWorld } from '../../e2e/lib/tiny-repository.ts';
import { makeTinyRoot } from '../../integration/genimage/tiny-root.ts';

const modules = 'usr/lib/modules/5.14.0-1.el9.x86_64';
/** What is the kernel of the image, a text. */
export const kernelFile = `${modules}/vmlinuz`;

/**
 * Gives what dracut would have to make: this is not about what is in an initrd, and dracut takes longer than
 * all else.
 */
const dracut = '#!/bin/sh\nfor last; do :; done\nexec cat /usr/share/initrd.cpio >"$last"\n';

/**
 * A repository with one package, `tiny-image`, of which genimage builds in seconds an image that it takes for
 * whole: a shell, a kernel in name and a dracut that only copies. `more`: further repositories.
 */
export async function makeTinyImageWorld(more: readonly TinyRepository[] = []): Promise<TinyWorld> {
  const root = await makeTinyRoot(['/bin/cat', '/bin/gzip', '/usr/sbin/depmod']);
  const write = async (path: string, content: string, mode = 0o644) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode });
  };
  try {
    for (const name of ['proc', 'sys', 'dev', 'run', 'tmp']) await rm(join(root, name), { recursive: true });
    await write('etc/passwd', 'root:*:0:0:root:/root:/bin/sh\n');
    await write('etc/group', 'root:*:0:\n');
    await write(kernelFile, 'kernel\n');
    await write(`${modules}/modules.builtin`, '');
    await write(`${modules}/modules.order`, '');
    await write('usr/bin/dracut', dracut, 0o755);
    await mkdir(join(root, 'usr/share/dracut/modules.d'), { recursive: true });
    await write('usr/lib/dracut/modules.txt', 'network\nrootimg\n');
    const members = execFileSync('cpio', ['--quiet', '-o', '-H', 'newc'], {
      cwd: root,
      input: 'usr/lib/dracut/modules.txt\n',
    });
    await write('usr/share/initrd.cpio', members.toString());
    const provides = ['Provides: /bin/sh', 'Provides: tiny(shell)'];
    return await makeTinyWorld([
      { path: 'os', signedBy: 'good', packages: [{ name: 'tiny-image', tree: root, head: provides }] },
      ...more,
    ]);
  } finally {
    await rm(dirname(root), { recursive: true });
  }
}
