import { open } from 'node:fs/promises';
import { anyExitCode, findTool, run } from '../../system/exec.ts';

/**
 * What the host's `dnf` is; undefined where there is none. dnf is a Python script and takes half a second to
 * say its version; dnf5, which goes by the same name on newer hosts, is a program.
 */
export async function hostDnf(): Promise<'dnf' | 'dnf5' | undefined> {
  const path = await findTool('dnf');
  if (path === undefined) return undefined;
  if ((await firstBytes(path)) === '#!') return 'dnf';
  const { stdout } = await run([path, '--version'], { okCodes: anyExitCode });
  return /^dnf5\b/.test(stdout) ? 'dnf5' : 'dnf';
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
