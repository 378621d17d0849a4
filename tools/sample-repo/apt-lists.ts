import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';

/**
 * Names, sizes and times of the machine's package lists: when they are the same, so are the versions that apt
 * would choose.
 */
export async function listsState(): Promise<string[]> {
  const { stdout } = await run(['apt-config', 'shell', 'lists', 'Dir::State::lists/d'], {
    action: 'ask apt for its lists',
  });
  const folder = /^lists='(.*)'$/m.exec(stdout)?.[1] ?? '/var/lib/apt/lists/';
  const names = (await readdir(folder)).filter((name) => name.includes('_Packages')).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

/** Fetches the machine's package lists anew. */
export async function updateLists(): Promise<void> {
  await run(['apt-get', '-qq', 'update'], { action: 'fetch the package lists' });
}
