import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepTree, sharesBlocks, takeTree } from '../../../../src/genimage/layers/layer-tree.ts';
import { run } from '../../../../src/system/exec.ts';

let base: string;
let tree: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-layer-tree-'));
  tree = join(base, 'tree');
  await mkdir(tree);
  await inTree(`mkdir -m 2750 etc; echo secret >etc/shadow; chown 7:8 etc/shadow; chmod 4751 etc/shadow
ln etc/shadow etc/second; ln -s /etc/shadow link; mkfifo pipe; mknod null c 1 3; chown 70000:80000 etc
setfattr -n user.note -v hello etc/shadow; setfattr -n trusted.x -v y etc; touch -d @1000 etc/shadow link etc .
setfattr -n security.capability -v 0x0100000202000000000000000000000000000000 etc/shadow
truncate -s 5000000 sparse; echo x >>sparse; printf 'name\\nwith lines' >"$(printf 'a\\nb')"`);
});
afterEach(() => rm(base, { recursive: true, force: true }));

const inTree = (script: string) => run(['bash', '-ec', script], { cwd: tree });

/** All that a tree is: kinds, modes, owners, times, links, content, attributes. */
async function essence(folder: string): Promise<string> {
  const script = `find . -printf '%P %y %m %U %G %T@ %n %l\\n' | sort
find . -type f -print0 | sort -z | xargs -0 sha256sum
find . -print0 | sort -z | xargs -0 getfattr --no-dereference --dump -m - 2>/dev/null
stat -c %b sparse`;
  return (await run(['bash', '-c', script], { cwd: folder })).stdout;
}

test.each([
  ['packed', false],
  ['as a copy', true],
])(
  'a tree that is kept %s comes back as it was, holes, owners and attributes included',
  async (_, shares) => {
    const [folder, back] = [join(base, 'layer'), join(base, 'back')];
    for (const path of [folder, back]) await mkdir(path);
    const size = await keepTree(tree, folder, shares);
    expect(size === undefined).toBe(shares);
    if (!shares) expect(size).toBeLessThan(100_000);
    const before = await essence(tree);
    await takeTree(folder, back);
    // Of the folder itself the caller says what it is.
    const without = (text: string) => text.split('\n').filter((line) => !line.startsWith(' d '));
    expect(without(await essence(back))).toEqual(without(before));
  },
);

test('what is damaged is not taken for a tree', async () => {
  const [folder, back] = [join(base, 'layer'), join(base, 'back')];
  for (const path of [folder, back]) await mkdir(path);
  await keepTree(tree, folder, false);
  const [packed = ''] = await readdir(folder);
  await run(['truncate', '--size=-20', join(folder, packed)]);
  await expect(takeTree(folder, back)).rejects.toThrow(/unpack the tree/);
  await rm(join(folder, packed));
  await expect(takeTree(folder, back)).rejects.toThrow(/copy the tree/);
});

test('whether blocks are shared is found out on the file system itself, and leaves nothing', async () => {
  const other = join(base, 'other');
  await mkdir(other);
  await run(['sh', '-c', 'echo x >file'], { cwd: base });
  const clone = ['cp', '--reflink=always', join(base, 'file'), join(base, 'file-2')];
  const { exitCode } = await run(clone, { okCodes: [0, 1] });
  const before = (await readdir(base)).sort();
  expect(await sharesBlocks(base, other)).toBe(exitCode === 0);
  expect((await readdir(base)).sort()).toEqual(before);
  expect(await readdir(other)).toEqual([]);
  expect(await sharesBlocks(base, '/dev/shm')).toBe(false);
});
