import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/main.ts';
import { recordedIo } from '../lib/recorded-io.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rootimg-unknown-'));
  await writeFile(join(home, 'other.stanza'), 'other:\n objtype=osimage\n imagetype=linux\n');
});
afterEach(() => rm(home, { recursive: true }));

it.each([
  'genimage none',
  'packimage none',
  'packimage --def other.stanza none',
  'check none',
  'show pkglist none',
  'show pkglist --def other.stanza none',
  'why none /etc',
  'why --def other.stanza none /etc',
  'history none',
  'boot none',
  'rollback none',
])('rootimg %s says that no definition has this name', async (line) => {
  const { io, said } = recordedIo({ env: { ROOTIMG_HOME: home, PATH: process.env['PATH'] }, cwd: home });
  expect(await runCommand(io, line.split(' '), 'rootimg')).toBe(1);
  expect(said.stderr).toBe(
    "Error: Cannot find image 'none' among the osimage definitions.\n  lsdef -t osimage lists them.\n",
  );
});
