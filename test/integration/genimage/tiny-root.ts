import { copyFile, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../../src/system/exec.ts';

/**
 * Programs of this host with their libraries in a folder of their own: enough of a root to run a shell in.
 */
export async function makeTinyRoot(programs: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-tiny-'));
  const root = join(folder, 'rootimg');
  for (const name of ['proc', 'sys', 'dev', 'run', 'tmp', 'root', 'usr/bin', 'usr/lib', 'usr/lib64', 'etc']) {
    await mkdir(join(root, name), { recursive: true });
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await symlink(name === 'sbin' ? 'usr/bin' : `usr/${name}`, join(root, name));
  }
  for (const program of ['/bin/sh', ...programs]) {
    const { stdout } = await run(['ldd', program], { okCodes: [0, 1] });
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((m) => m[1] ?? '');
    for (const path of [program, ...libraries]) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(path, target);
    }
  }
  return root;
}
