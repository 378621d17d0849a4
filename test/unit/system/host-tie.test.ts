import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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

it('a setpriv that has the option among its own is not even started', async () => {
  expect(await tieWith()).toEqual({ by: 'death signal', started: [] });
});

it('a script is asked, and may tell of the death signal', async () => {
  await folder.file('setpriv', '#!/bin/sh\nexec /usr/bin/setpriv "$@"\n', 0o755);
  expect(await tieWith(folder.path)).toEqual({ by: 'death signal', started: ['setpriv'] });
});

it('a file that may not be run is none', async () => {
  await folder.file('setpriv', '#!/bin/sh\n');
  expect(await tieWith(folder.path)).toEqual({ by: 'death signal', started: [] });
});

it('a program without the option is asked', async () => {
  await folder.file('setpriv', await readFile('/bin/true'), 0o755);
  expect((await tieWith(folder.path)).started).toEqual(['setpriv', 'mkfifo', 'sh']);
});

it('where it does not, a watcher is started, whatever words stand in the program', async () => {
  await folder.file('setpriv', '#!/bin/sh\n# refuses --pdeathsig, \0pdeathsig\0\n', 0o755);
  expect(await tieWith(folder.path)).toEqual({ by: 'watcher', started: ['setpriv', 'mkfifo', 'sh'] });
});
