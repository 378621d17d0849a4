import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../../fixtures/fake-xcat/xcat.mjs');

/** A folder that looks like a live xCAT: its commands answer from recorded runs. */
export interface FakeXcat {
  readonly root: string;
  /** The command lines that it was given, as words. */
  calls(): Promise<string[][]>;
  remove(): Promise<void>;
}

export async function makeFakeXcat(): Promise<FakeXcat> {
  const root = await mkdtemp(join(tmpdir(), 'rootimg-xcat-'));
  await mkdir(join(root, 'bin'));
  await mkdir(join(root, 'sbin'));
  await writeFile(join(root, 'sbin/xcatd'), '');
  await writeFile(join(root, 'calls.log'), '');
  await writeFile(
    join(root, 'state.json'),
    JSON.stringify({ osimage: {}, site: { clustersite: { master: '10.0.0.1' } } }),
  );
  for (const command of ['lsdef', 'mkdef', 'chdef', 'rmdef', 'genimage', 'nodeset']) {
    const file = join(root, 'bin', command);
    await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' ${command} "$@"\n`);
    await chmod(file, 0o755);
  }
  return {
    root,
    calls: async () => {
      const lines = (await readFile(join(root, 'calls.log'), 'utf8')).trim().split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as string[]);
    },
    remove: () => rm(root, { recursive: true }),
  };
}
