import { renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addContent, linkTarget, openSource, reading } from '../../../../src/pack/members/content.ts';
import type { Member, MemberTable } from '../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { chunkWriter } from '../../../../src/pack/streams/chunk-writer.ts';
import { openTree, type Tree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
let root: Tree;
let members: MemberTable;

beforeEach(async () => {
  await folder.file('a/file', 'content of it');
  symlinkSync('target', join(folder.path, 'a/link'));
  root = openTree(folder.path);
  const ours = { uid: 0, gid: 0, mode: fileType.regular | 0o644 };
  const source = await folder.file('source', 'of this host');
  utimesSync(source, 5, 5);
  members = (
    await selectAll(
      root,
      [],
      [
        { ...ours, path: 'bytes', content: Buffer.from('put in') },
        { ...ours, path: 'copied', content: { source, size: 12 }, mtime: 5 },
      ],
    )
  ).members;
});

function member(path: string): Member {
  const found = [...members].find((one) => one.path === path);
  if (found === undefined) throw new Error(`no member ${path}`);
  return found;
}

async function contentOf(path: string, extents?: { offset: number; length: number }[]): Promise<string> {
  const chunks: Buffer[] = [];
  const out = chunkWriter((chunk) => Promise.resolve(chunks.push(Buffer.from(chunk))));
  await addContent(out, root, member(path), extents);
  await out.end();
  return Buffer.concat(chunks).toString();
}

const file = () => join(folder.path, 'a/file');

describe('addContent', () => {
  it.each([
    ['a/file', 'content of it'],
    ['bytes', 'put in'],
    ['copied', 'of this host'],
  ])('gives the bytes of %s', async (path, text) => {
    expect(await contentOf(path)).toBe(text);
  });

  it('gives no more than the extents that are asked for', async () => {
    const extents = [
      { offset: 0, length: 3 },
      { offset: 11, length: 2 },
    ];
    expect(await contentOf('a/file', extents)).toBe('conit');
  });

  it.each<[string, () => void]>([
    ['longer', () => writeFileSync(file(), 'content of it, and more')],
    ['shorter', () => writeFileSync(file(), 'content')],
    ['of another time', () => utimesSync(file(), 7, 7)],
    ['gone', () => unlinkSync(file())],
    ['another file', () => (writeFileSync(`${file()}2`, 'content of it'), renameSync(`${file()}2`, file()))],
    ['a link', () => (unlinkSync(file()), symlinkSync('../source', file()))],
  ])('refuses a file that is %s since it was selected', async (_, change) => {
    change();
    await expect(contentOf('a/file')).rejects.toMatchObject({ code: 'file-changed' });
  });
});

it('linkTarget gives where a link leads, and refuses one that leads elsewhere by now', () => {
  expect(linkTarget(root, member('a/link'))).toBe('target');
  unlinkSync(join(folder.path, 'a/link'));
  symlinkSync('other target', join(folder.path, 'a/link'));
  expect(() => linkTarget(root, member('a/link'))).toThrow(/a\/link changed/);
});

it('openSource follows links, and names what cannot be read', () => {
  symlinkSync('source', join(folder.path, 'to-source'));
  expect(openSource(join(folder.path, 'to-source')).fd).toBeGreaterThan(0);
  expect(() => openSource(join(folder.path, 'none'))).toThrow(/none changed/);
  const denied = () => {
    throw Object.assign(new Error('no'), { code: 'EACCES' });
  };
  expect(() => reading('x', denied)).toThrow('x cannot be read: EACCES.');
});
