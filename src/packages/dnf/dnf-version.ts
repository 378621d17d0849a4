import { readdir, realpath, stat } from 'node:fs/promises';
import { readTextFile } from '../../base/regular-file.ts';
import { findTool } from '../../system/exec.ts';

/**
 * dnf keeps its version among its modules, and takes half a second to say it. A dnf without them counts by
 * its file.
 */
export async function dnfVersion(): Promise<string> {
  const pythons = (await readdir('/usr/lib').catch(() => [])).filter((name) => name.startsWith('python3'));
  for (const python of pythons.sort()) {
    for (const folder of ['dist-packages', 'site-packages']) {
      const text = await readTextFile(`/usr/lib/${python}/${folder}/dnf/const.py`).catch(() => '');
      const version = /^VERSION\s*=\s*["'](.*)["']/m.exec(text)?.[1];
      if (version !== undefined) return version;
    }
  }
  const path = await realpath((await findTool('dnf')) ?? 'dnf').catch(() => undefined);
  if (path === undefined) return 'none';
  const { size, mtimeMs } = await stat(path);
  return `${path} ${size} ${mtimeMs}`;
}
