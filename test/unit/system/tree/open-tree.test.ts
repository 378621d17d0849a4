import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  lookInTree,
  namesInTree,
  openTree,
  targetInTree,
  type Tree,
  withTree,
} from '../../../../src/system/tree/open-tree.ts';
import { placeInTree } from '../../../../src/system/tree/place-in-tree.ts';
import {
  copyIntoTree,
  linkInTree,
  makeFolderInTree,
  removeInTree,
  writeInTree,
} from '../../../../src/system/tree/change-tree.ts';
import {
  copyOutOfTree,
  folderInTree,
  openInTree,
  readInTree,
} from '../../../../src/system/tree/tree-files.ts';
import { amount } from '../../../lib/amount.ts';

let base: string;
let root: string;
/** A folder of the host with a secret in it. */
let host: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-open-'));
  root = join(base, 'rootimg');
  host = join(base, 'host');
  mkdirSync(join(root, 'etc/inner'), { recursive: true });
  mkdirSync(host);
  writeFileSync(join(host, 'secret'), 'secret', { mode: 0o600 });
  writeFileSync(join(root, 'etc/inner/secret'), 'harmless');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const openDescriptors = () => readdirSync('/proc/self/fd').length;

test('a folder that was swapped for a link is not entered, at whatever moment', () => {
  withTree(root, (tree) => {
    expect(readInTree(tree, 'etc/inner/secret')?.toString()).toBe('harmless');
    renameSync(join(root, 'etc/inner'), join(root, 'etc/away'));
    symlinkSync(host, join(root, 'etc/inner'));
    // The folder that is open is still the old one; from the next one on the link is met.
    expect(readFileSync(tree.at('etc/inner/secret'), 'utf8')).toBe('harmless');
    lookInTree(tree, '.');
    expect(lookInTree(tree, 'etc/inner/secret')).toBeUndefined();
    expect(() => openInTree(tree, 'etc/inner/secret')).toThrow('ENOTDIR');
    expect(() => namesInTree(tree, 'etc/inner')).toThrow('ENOTDIR');
    expect(readInTree(tree, 'etc/inner/secret')).toBeUndefined();
  });
  expect(() => withTree(root, (tree) => tree.at('etc/../../host/secret'))).toThrow('no ..');
});

test('links are taken as the image sees them; what they lead to on the host is neither read nor written', () => {
  for (const [at, target] of [
    ['etc/passwd', join(host, 'secret')],
    ['etc/up', '../../host/secret'],
    ['opt', host],
  ] as const) {
    symlinkSync(target, join(root, at));
  }
  withTree(root, (tree) => {
    expect(readInTree(tree, 'etc/passwd')).toBeUndefined();
    expect(readInTree(tree, 'etc/up')).toBeUndefined();
    expect(folderInTree(tree, 'opt')).toEqual([]);
    writeInTree(tree, 'etc/passwd', 'ours');
    writeInTree(tree, 'opt/xcat/xcatinfo', 'ours');
    linkInTree(tree, 'opt/unit', '/dev/null');
    copyIntoTree(tree, join(host, 'secret'), 'opt/copy');
    makeFolderInTree(tree, 'opt/new', 0o555);
    removeInTree(tree, 'opt/unit');
    expect(readInTree(tree, 'etc/passwd')?.toString()).toBe('ours');
    expect(statSync(tree.at(placeInTree(tree, 'opt/new', { followLast: true }))).mode & 0o7777).toBe(0o555);
    copyOutOfTree(tree, 'etc/passwd', join(base, 'out'));
  });
  expect(readdirSync(host)).toEqual(['secret']);
  expect(readFileSync(join(host, 'secret'), 'utf8')).toBe('secret');
  expect(readFileSync(join(base, 'out'), 'utf8')).toBe('ours');
});

test.skipIf(process.geteuid?.() !== 0)(
  'what is not a regular file, or larger than expected, is refused at once and by name',
  () => {
    execFileSync('mkfifo', [join(root, 'etc/pipe')]);
    execFileSync('mknod', [join(root, 'etc/zero'), 'c', '1', '5']);
    writeFileSync(join(root, 'etc/hole'), '');
    truncateSync(join(root, 'etc/hole'), 2 ** 40);
    withTree(root, (tree) => {
      expect(() => readInTree(tree, 'etc/pipe')).toThrow(`${root}/etc/pipe is a pipe`);
      expect(() => readInTree(tree, 'etc/zero')).toThrow(`${root}/etc/zero is a device`);
      expect(() => readInTree(tree, 'etc/hole')).toThrow('at most 16777216 were expected');
      expect(() => copyOutOfTree(tree, 'etc/pipe', join(base, 'x'))).toThrow('is a pipe');
      expect(() => openInTree(tree, 'etc/pipe')).toThrow('not a regular file');
    });
  },
);

test('a folder is removed with all that is in it, and nothing that its links lead to', () => {
  symlinkSync(host, join(root, 'etc/inner/link'));
  withTree(root, (tree) => removeInTree(tree, 'etc'));
  expect(existsSync(join(root, 'etc'))).toBe(false);
  expect(existsSync(join(host, 'secret'))).toBe(true);
});

test('no descriptor stays open, whatever happens', () => {
  const before = openDescriptors();
  withTree(root, (tree) => lookInTree(tree, 'etc/inner/secret'));
  expect(() => withTree(root, (tree) => namesInTree(tree, 'etc/inner/none/more'))).toThrow();
  expect(() => openTree(join(root, 'none'))).toThrow('ENOENT');
  expect(openDescriptors()).toBe(before);
});

test('nearby work sees the tree alone, and the working folder is the old one again afterwards', () => {
  const before = { folder: process.cwd(), open: openDescriptors() };
  withTree(root, (tree) => {
    tree.near(() => {
      expect(tree.at('etc/inner/secret')).toBe('secret');
      expect(readFileSync(tree.at('etc/inner/secret'), 'utf8')).toBe('harmless');
      renameSync(join(root, 'etc/inner'), join(root, 'etc/away'));
      symlinkSync(host, join(root, 'etc/inner'));
      expect(readFileSync(tree.at('etc/inner/secret'), 'utf8')).toBe('harmless');
      lookInTree(tree, '.');
      expect(lookInTree(tree, 'etc/inner/secret')).toBeUndefined();
      expect(() => tree.at('..')).toThrow('no ..');
    });
    expect(() => tree.near(() => namesInTree(tree, 'none/at/all'))).toThrow('ENOENT');
    expect(readFileSync(tree.at('etc/away/secret'), 'utf8')).toBe('harmless');
  });
  expect(process.cwd()).toBe(before.folder);
  expect(openDescriptors()).toBe(before.open);
});

test('work is nearby after a look that has found a folder of the way missing', () => {
  withTree(root, (tree) => {
    lookInTree(tree, 'etc/inner/secret');
    expect(lookInTree(tree, 'none/at/all')).toBeUndefined();
    expect(tree.near(() => readFileSync(tree.at('etc/inner/secret'), 'utf8'))).toBe('harmless');
  });
});

test('any walk through a deep tree finds what is there, with few descriptors', () => {
  const depths = [1, 2, 127, 128, 129, 130, 200, 400];
  const folder = (depth: number) => Array.from({ length: depth }, (_, n) => `f${n % 3}`).join('/');
  for (const depth of depths) {
    mkdirSync(join(root, folder(depth)), { recursive: true });
    writeFileSync(join(root, folder(depth), 'here'), `${depth}`);
    symlinkSync(`t${depth}`, join(root, folder(depth), 'link'));
  }
  const before = openDescriptors();
  const tree: Tree = openTree(root);
  const far = <T>(work: () => T) => work();
  try {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...depths), { maxLength: 12 }), fc.boolean(), (walk, isNear) => {
        (isNear ? tree.near : far)(() => {
          for (const depth of walk) {
            expect(readFileSync(tree.at(`${folder(depth)}/here`), 'utf8')).toBe(`${depth}`);
            expect(targetInTree(tree, `${folder(depth)}/link`)).toBe(`t${depth}`);
            expect(namesInTree(tree, folder(depth))).toContain('here');
            expect(lookInTree(tree, `${folder(depth)}/none/x`)).toBeUndefined();
          }
        });
        expect(openDescriptors() - before).toBeLessThan(140);
      }),
      { numRuns: amount(20, 60) },
    );
  } finally {
    tree.close();
  }
  expect(readlinkSync(join(root, folder(1), 'link'))).toBe('t1');
});
