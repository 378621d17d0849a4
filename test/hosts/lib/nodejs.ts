import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';

/** Puts Node.js of an architecture, as npm has it, into a new folder as `bin/node`; gives the path of that. */
export async function fetchNodejs(arch: string, folder: string): Promise<string> {
  await mkdir(folder);
  const pack = ['npm', 'pack', '--silent', '--pack-destination', folder, `node-linux-${arch}@20`];
  const { stdout } = await run(pack);
  const archive = join(folder, stdout.trim());
  await run(['tar', '-C', folder, '--strip-components=1', '-xzf', archive, 'package/bin/node']);
  await rm(archive);
  return join(folder, 'bin/node');
}
