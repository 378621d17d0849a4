import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addedBytes,
  archiveBytes,
  findArchives,
  trailerBytes,
} from '../../../../src/genimage/initrd/cpio-parts.ts';

let base: string;
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'rootimg-parts-'))));
afterEach(() => rmSync(base, { recursive: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), content);
}

/** With inode numbers from 1 on and no device, so that those of two archives are the same ones. */
function pack(folder: string): string {
  const file = join(base, `${folder}.cpio`);
  const script = 'find . -print0 | sort -z | cpio -0 -o -H newc --quiet --reproducible';
  writeFileSync(file, execFileSync('sh', ['-c', script], { cwd: join(base, folder) }));
  return file;
}

async function join2(first: string, second: string): Promise<string> {
  const [one, two] = [findArchives(first)[0], findArchives(second).at(-1)];
  if (one === undefined || two === undefined) throw new Error('no archive');
  const chunks: Buffer[] = [];
  for await (const chunk of archiveBytes(one)) chunks.push(chunk);
  for await (const chunk of addedBytes(two, new Set(one.members.map(({ name }) => name)))) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const file = join(base, 'both.cpio');
  writeFileSync(file, Buffer.concat([bytes, trailerBytes(bytes.length)]));
  return file;
}

test('cpio(1) unpacks two archives that became one', async () => {
  put('programs/usr/bin/sh', 'a shell');
  linkSync(join(base, 'programs/usr/bin/sh'), join(base, 'programs/usr/bin/bash'));
  symlinkSync('usr/lib', join(base, 'programs/lib'));
  put('programs/usr/lib/dracut/build.txt', 'of the programs');
  put('drivers/usr/lib/dracut/build.txt', 'of the drivers');
  symlinkSync('usr/lib', join(base, 'drivers/lib'));
  mkdirSync(join(base, 'drivers/ of no use/at all'), { recursive: true });
  put('drivers/usr/lib/firmware/a.bin', 'firmware');
  linkSync(join(base, 'drivers/usr/lib/firmware/a.bin'), join(base, 'drivers/usr/lib/firmware/b.bin'));
  put('drivers/usr/lib/modules/5.14/igb.ko', 'x'.repeat(20_000));
  const both = await join2(pack('programs'), pack('drivers'));

  expect(statSync(both).size % 512).toBe(0);
  const out = join(base, 'out');
  mkdirSync(out);
  const errors = execFileSync('sh', ['-c', `cpio -idm --quiet < ${both} 2>&1`], { cwd: out });
  expect(errors.toString()).toBe('');
  const text = (path: string) => readFileSync(join(out, path), 'utf8');
  expect(text('usr/bin/bash')).toBe('a shell');
  expect(text('usr/lib/firmware/a.bin')).toBe('firmware');
  expect(text('lib/firmware/b.bin')).toBe('firmware');
  expect(text('lib/modules/5.14/igb.ko')).toBe('x'.repeat(20_000));
  expect(text('usr/lib/dracut/build.txt')).toBe('of the programs');
  expect(execFileSync('ls', { cwd: out }).toString()).toBe('lib\nusr\n');
});

test('the archive before the last is found with where it ends', () => {
  put('early/kernel/x86/microcode/GenuineIntel.bin', 'microcode');
  put('main/init', 'init');
  const early = readFileSync(pack('early'));
  const file = join(base, 'initrd');
  writeFileSync(file, Buffer.concat([early, readFileSync(pack('main'))]));
  const found = findArchives(file);
  expect(found.map(({ members }) => members.at(-1)?.name)).toEqual([
    'kernel/x86/microcode/GenuineIntel.bin',
    'init',
  ]);
  expect(found[1]?.start).toBe(early.length);
  writeFileSync(file, early.subarray(0, early.length - 600));
  expect(() => findArchives(file)).toThrow('not whole');
});
