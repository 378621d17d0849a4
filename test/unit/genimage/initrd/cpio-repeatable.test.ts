import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findArchives, memberBytes } from '../../../../src/genimage/initrd/cpio-parts.ts';
import { repeatableCpio, sortedArchive } from '../../../../src/genimage/initrd/cpio-repeatable.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const epoch = 1_700_000_000;

/** The same tree, made in another order at another time, and packed as the disk has it. */
function pack(name: string, files: readonly string[], later: number): string {
  const tree = join(folder.path, name);
  for (const path of files) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), `content of ${path}`);
    utimesSync(join(tree, path), epoch + later, epoch + later);
  }
  mkdirSync(join(tree, 'old'));
  utimesSync(join(tree, 'old'), epoch - 9, epoch - 9);
  // With another order another name has the content.
  if (later < 100) linkSync(join(tree, 'b/two'), join(tree, 'name-of-two'));
  symlinkSync('b/two', join(tree, 'link'));
  const order = later > 100 ? 'sort -rz' : 'sort -z';
  const archive = `${tree}.cpio`;
  const script = `find . -print0 | ${order} | cpio -0 -o -H newc --quiet`;
  writeFileSync(archive, execFileSync('sh', ['-c', script], { cwd: tree }));
  return archive;
}

async function settled(file: string): Promise<Buffer> {
  const [archive] = findArchives(file);
  if (archive === undefined) throw new Error('no archive');
  const settle = repeatableCpio(epoch);
  const chunks: Buffer[] = [];
  for await (const bytes of memberBytes(sortedArchive(archive))) chunks.push(settle(bytes));
  return Buffer.concat(chunks);
}

test('another order, other times, inode numbers and devices: the same bytes', async () => {
  const one = await settled(pack('one', ['a', 'b/two', 'c/three'], 100));
  const other = await settled(pack('other', ['c/three', 'b/two', 'a'], 500));
  expect(other).toEqual(one);
});

test('cpio(1) unpacks it as what it was', () => {
  const file = pack('tree', ['a', 'b/two'], 5);
  const bytes = repeatableCpio(epoch)(readFileSync(file));
  mkdirSync(join(folder.path, 'out'));
  execFileSync('cpio', ['-idm', '--quiet'], { cwd: join(folder.path, 'out'), input: bytes });
  const list = (at: string) =>
    execFileSync('find', ['.', '-printf', '%p %l %n %s %m\\n'], {
      cwd: join(folder.path, at),
      encoding: 'utf8',
    })
      .split('\n')
      .sort();
  expect(list('out')).toEqual(list('tree'));
  const times = execFileSync('find', ['.', '-type', 'f', '-printf', '%Ts\n'], {
    cwd: join(folder.path, 'out'),
  });
  expect(new Set(String(times).trim().split('\n'))).toEqual(new Set([String(epoch)]));
});

test('however it is cut into pieces', () => {
  const whole = readFileSync(pack('pieces', ['a', 'b/two'], 5));
  const atOnce = repeatableCpio(epoch)(Buffer.from(whole));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (lengths) => {
      const settle = repeatableCpio(epoch);
      const pieces: Buffer[] = [];
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const length = lengths[turn % lengths.length] ?? 1;
        pieces.push(settle(Buffer.from(whole.subarray(at, at + length))));
        at += length;
      }
      expect(Buffer.concat(pieces)).toEqual(atOnce);
    }),
  );
});
