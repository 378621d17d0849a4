import { appendFileSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLogs } from '../../../src/genimage/logs.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);

it('logs go to their place when something has changed, and tools write on', async () => {
  await folder.file('final/old.log', 'of the build before');
  await folder.file('final/kept.txt');
  const logs = openLogs(at('temporary'), at('final'));
  const fd = openSync(logs.path('dnf.log'), 'a');
  writeSync(fd, 'one ');
  expect([logs.kept, existsSync(at('final/old.log'))]).toEqual([undefined, true]);
  logs.keep();
  writeSync(fd, 'two ');
  appendFileSync(logs.path('dnf.log'), 'three');
  logs.keep();
  expect(readFileSync(at('final/dnf.log'), 'utf8')).toBe('one two three');
  expect([existsSync(at('final/old.log')), existsSync(at('final/kept.txt'))]).toEqual([false, true]);
  expect(logs.kept).toBe(at('final'));
});
