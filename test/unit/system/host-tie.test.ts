import { execFileSync } from 'node:child_process';
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

it('a setpriv that tells of the death signal is asked once', async () => {
  expect(await tieWith()).toEqual({ by: 'death signal', started: ['setpriv'] });
});

it('where it does not, a watcher is started, whatever words stand in the program', async () => {
  await folder.file('setpriv', '#!/bin/sh\n# refuses --pdeathsig\n', 0o755);
  expect(await tieWith(folder.path)).toEqual({ by: 'watcher', started: ['setpriv', 'mkfifo', 'sh'] });
});
