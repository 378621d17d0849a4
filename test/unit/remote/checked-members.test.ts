import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, link, writeFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import tar from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedMembers } from '../../../src/remote/checked-members.ts';
import { packTreeArgv } from '../../../src/system/staged-tree.ts';

const allowed = { tree: 'rootimg', logs: 'logs', files: ['kernel', 'manifest.json'] };

async function* inPieces(archive: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < archive.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 512;
    yield archive.subarray(at, at + size);
    at += size;
  }
}

async function passed(archive: Buffer, sizes: readonly number[] = [10_240]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of checkedMembers(inPieces(archive, sizes), allowed)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let base: string;
let good: Buffer;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-members-'));
  const long = `rootimg/${'folder-with-a-long-name/'.repeat(8)}`;
  await mkdir(join(base, long), { recursive: true });
  await mkdir(join(base, 'logs'));
  await writeFile(join(base, 'logs/dnf.log'), 'said');
  await writeFile(join(base, 'kernel'), 'k'.repeat(3000));
  await writeFile(join(base, 'rootimg/file'), 'f'.repeat(700));
  await link(join(base, 'rootimg/file'), join(base, 'rootimg/second'));
  await symlink('../../etc/shadow', join(base, 'rootimg/link'));
  await writeFile(join(base, long, 'ü'), 'deep');
  await writeFile(join(base, 'rootimg/sparse'), '');
  await truncate(join(base, 'rootimg/sparse'), 5_000_000);
  const [program = '', ...words] = packTreeArgv(base);
  good = execFileSync(program, [...words, 'kernel', 'logs']);
});
afterAll(() => rm(base, { recursive: true }));

test('what GNU tar writes goes through unchanged, wherever its pieces end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 9 }),
      async (sizes) => {
        expect((await passed(good, sizes)).equals(good)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

test('an archive that ends too early is no archive, wherever it ends', async () => {
  const end = good.findLastIndex((byte) => byte !== 0);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: end }), async (length) => {
      await expect(passed(good.subarray(0, length))).rejects.toMatchObject({ code: 'archive-short' });
    }),
    { numRuns: 60 },
  );
});

type Entry = Partial<tar.Header> & { readonly name: string };
async function archiveOf(...entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const entry of entries)
    pack.entry(entry, entry.type === undefined || entry.type === 'file' ? 'content' : '');
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const tree: Entry = { name: 'rootimg/', type: 'directory' };

test.each<[string, Entry[]]>([
  ['a name above the folder', [{ name: '../kernel' }]],
  ['.. inside', [tree, { name: 'rootimg/../../etc/passwd' }]],
  ['an absolute name', [{ name: '/etc/passwd' }]],
  ['an absolute name in records', [{ name: 'kernel', pax: { path: '/etc/passwd' } }]],
  [
    'the name of a sparse file',
    [{ name: 'kernel', pax: { 'GNU.sparse.name': '../x', 'GNU.sparse.major': '1' } }],
  ],
  ['another name than those of an image', [{ name: '.rootimg-building.json' }]],
  ['a link in the place of the tree', [{ name: 'rootimg', type: 'symlink', linkname: '/etc' }]],
  ['a link in the place of the kernel', [{ name: 'kernel', type: 'symlink', linkname: '/etc/shadow' }]],
  [
    'a file below a link',
    [tree, { name: 'rootimg/a', type: 'symlink', linkname: '/etc' }, { name: 'rootimg/a/passwd' }],
  ],
  ['a hard link to a file of the host', [{ name: 'kernel', type: 'link', linkname: '/etc/shadow' }]],
  ['a hard link to what did not come', [tree, { name: 'rootimg/a', type: 'link', linkname: 'rootimg/b' }]],
  ['the same name twice', [tree, { name: 'rootimg/a' }, { name: './rootimg//a' }]],
  [
    'a folder of logs in a folder',
    [
      { name: 'logs/', type: 'directory' },
      { name: 'logs/a/', type: 'directory' },
    ],
  ],
  ['a device beside the tree', [{ name: 'kernel', type: 'block-device', devmajor: 8, devminor: 0 }]],
  ['records that nobody knows', [{ name: 'kernel', pax: { 'GNU.sparse.map': '0,1' } }]],
  ['a size in records that is no number', [{ name: 'kernel', pax: { size: '-1' } }]],
])('%s is refused', async (_, entries) => {
  await expect(passed(await archiveOf(...entries))).rejects.toMatchObject({ code: 'archive-refused' });
});

test('whatever bytes come, they are refused or an archive whose every name stays inside', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20_000 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const bad = Buffer.from(good);
        const place = at % bad.length;
        bad[place] = (bad[place] ?? 0) ^ change;
        const outcome = await passed(bad).catch((error: unknown) => error);
        if (!Buffer.isBuffer(outcome)) {
          expect(outcome).toMatchObject({ name: 'RootimgError' });
          return;
        }
        const { stdout: names } = spawnSync('tar', ['-t'], { input: outcome, encoding: 'utf8' });
        for (const name of names.split('\n').filter((one) => one !== ''))
          expect(name).toMatch(/^(rootimg|logs|kernel)(\/|$)/);
      },
    ),
    { numRuns: 60 },
  );
});
