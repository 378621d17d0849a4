import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { findTool, run } from '../../system/exec.ts';

/** What installs packages on this host, in words that change when it does; found without starting the slow ones. */
export async function installerVersions(): Promise<Record<string, string>> {
  const rpm = await run(['rpm', '--version'], { action: 'ask rpm for its version' });
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return { rpm: rpm.stdout.trim(), dnf: await dnfVersion(), system };
}

/** dnf keeps its version among its modules, and takes half a second to say it. A dnf without them counts by its file. */
export async function dnfVersion(): Promise<string> {
  const pythons = (await readdir('/usr/lib').catch(() => [])).filter((name) => name.startsWith('python3'));
  for (const python of pythons.sort()) {
    for (const folder of ['dist-packages', 'site-packages']) {
      const text = await readFile(`/usr/lib/${python}/${folder}/dnf/const.py`, 'utf8').catch(() => '');
      const version = /^VERSION\s*=\s*["'](.*)["']/m.exec(text)?.[1];
      if (version !== undefined) return version;
    }
  }
  const path = await realpath((await findTool('dnf')) ?? 'dnf').catch(() => undefined);
  if (path === undefined) return 'none';
  const { size, mtimeMs } = await stat(path);
  return `${path} ${size} ${mtimeMs}`;
}
