import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const path = process.env['PATH'];
beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  process.env['PATH'] = path;
});

/** How children are tied where these folders come first in PATH, and what was started to know it. */
async function tieWith(...folders: string[]) {
  process.env['PATH'] = [...folders, path].join(':');
  const { hostTie } = await import('../../../src/system/host-tie.ts');
  const started: string[] = [];
  const starter = {
    ask: ([program = '', ...words]: readonly string[]) => {
      started.push(program);
      return execFileSync(program, words, { encoding: 'utf8' });
    },
    beginAlone: ([program = '']: readonly string[]) => void started.push(program),
  };
  return { by: hostTie(starter).by, started };
}

it('a setpriv that knows the death signal is seen without starting it', async () => {
  expect(await tieWith()).toEqual({ by: 'death signal', started: [] });
});

it('where it does not, a watcher is started', async () => {
  await folder.file('setpriv', '#!/bin/sh\n', 0o755);
  expect(await tieWith(folder.path)).toEqual({ by: 'watcher', started: ['mkfifo', 'sh'] });
});

it('a folder, a file that cannot be run and a file in the place of a folder are none', async () => {
  const file = await folder.file('setpriv', '#!/bin/sh\n', 0o644);
  await mkdir(`${folder.path}/other/setpriv`, { recursive: true });
  expect(await tieWith(file, folder.path, `${folder.path}/other`, '/no/such')).toEqual({
    by: 'death signal',
    started: [],
  });
});
