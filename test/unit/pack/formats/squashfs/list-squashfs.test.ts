import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { toBinary } from '../../../../../src/base/bytes.ts';
import { listSquashfs, unsquashfsArgv } from '../../../../../src/pack/formats/squashfs/list-squashfs.ts';
import type { ReadMember } from '../../../../../src/pack/formats/format.ts';
import type { MemberTable } from '../../../../../src/pack/members/member-table.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../../lib/folder.ts';
import { selectAll } from '../../../../lib/selection.ts';
import { amount } from '../../../../lib/amount.ts';

const folder = useFolder();
let root: string;
let file: string;

beforeEach(async () => {
  root = await folder.folder('root');
  file = join(folder.path, 'image.sfs');
});

const pack = () =>
  execFileSync('mksquashfs', [root, file, '-noappend', '-quiet', '-no-progress', '-comp', 'gzip'], {
    stdio: 'pipe',
  });
const selected = async () => (await selectAll(openTree(toBinary(root)))).members;

/** What is found where these members are expected. */
async function list(members: MemberTable): Promise<ReadMember[]> {
  const found: ReadMember[] = [];
  await listSquashfs(
    file,
    (member) => found.push(member),
    () => (found.length < members.length ? members.at(found.length) : undefined),
  );
  return found;
}

const essence = ({ path, mode, uid, gid }: ReadMember) => [path, mode, uid, gid];

test('every kind of file is read with its mode, owner and size', async () => {
  mkdirSync(join(root, 'a'), { mode: 0o700 });
  writeFileSync(join(root, 'a/file'), 'text');
  execFileSync('sh', ['-c', 'chmod 4751 a/file; mkfifo -m 622 pipe; mkdir -m 1777 tmp; ln -s a/file link'], {
    cwd: root,
  });
  pack();
  const found = await list(await selected());
  const shown = found.map(({ path, mode = 0, size }) => [path, mode.toString(8), size]);
  expect(shown.slice(1)).toEqual([
    ['a', '40700', undefined],
    ['a/file', '104751', 4],
    ['link', '120777', 'a/file'.length],
    ['pipe', '10622', undefined],
    ['tmp', '41777', undefined],
  ]);
  expect(found[0]).toMatchObject({ path: '.', uid: process.getuid?.(), gid: process.getgid?.() });
});

test('names and targets may look like what stands before them, break lines, or be of no encoding', async () => {
  const line = 'x\n-rw-r--r-- 0/0                 4 2020-01-01 00:00 squashfs-root/y';
  for (const name of [line, ' -> ', 'a -> b', 'd\n', '\n', 'é', 'z z'])
    writeFileSync(join(root, name.replaceAll('/', '|')), '');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), '');
  symlinkSync('to -> there\n', join(root, 'link'));
  pack();
  const members = await selected();
  const expected = Array.from({ length: members.length }, (_, index) => essence(members.at(index)));
  expect((await list(members)).map(essence)).toEqual(expected);
});

test('any names come back', async () => {
  const name = fc.stringMatching(/^[a-c \n>:0-9-]{1,12}$/).filter((one) => !/^\.+$/.test(one));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), async (names) => {
      execFileSync('sh', ['-c', 'rm -rf -- "$1"; mkdir "$1"', 'sh', root]);
      for (const one of names) writeFileSync(join(root, one), '');
      pack();
      const found = await list(await selected());
      expect(
        found
          .slice(1)
          .map(({ path }) => path)
          .sort(),
      ).toEqual([...names].sort());
    }),
    { numRuns: amount(8, 20) },
  );
});

test('a member too many, one too few, and another one are found', async () => {
  writeFileSync(join(root, 'b'), '');
  pack();
  writeFileSync(join(root, 'c'), '');
  const more = await selected();
  await expect(list(more)).rejects.toThrow(RangeError);
  execFileSync('rm', [join(root, 'c'), join(root, 'b')]);
  await expect(list(await selected())).rejects.toThrow('more members than were selected');
  writeFileSync(join(root, 'x'), '');
  const [, other] = await list(await selected());
  expect(other?.path).toBe('b');
});

test('a damaged file is told by the program that cannot read it', async () => {
  for (let index = 0; index < 200; index += 1) writeFileSync(join(root, `file-${index}`), `${index}`);
  pack();
  const members = await selected();
  truncateSync(file, 2000);
  await expect(list(members)).rejects.toThrow(/unsquashfs/);
});

test('it is unpacked as it went in', async () => {
  writeFileSync(join(root, 'file'), 'text');
  pack();
  const out = join(folder.path, 'out');
  const [program = '', ...words] = unsquashfsArgv(file, out);
  execFileSync(program, words, { stdio: 'pipe' });
  expect(execFileSync('diff', ['-r', root, out]).toString()).toBe('');
});
