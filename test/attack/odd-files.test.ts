import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { amount } from '../lib/amount.ts';
import { makeSmallTree } from '../integration/pack/world.ts';

let base: string;
/** No command comes as far as to change it. */
let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'odd-files-tree-'));
  makeSmallTree(tree);
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'odd-files-'));
  mkdirSync(`${base}/image`);
  symlinkSync(tree, `${base}/image/rootimg`);
  write('home/config.yaml', 'packimage:\n  generations: 0\n');
  write('home/site/clustersite.stanza', `clustersite:\n    objtype=site\n    installdir=${base}/install\n`);
  for (const name of ['list', 'include', 'source', 'script']) write(name, '');
  define('');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(`${base}/${path}`), { recursive: true });
  writeFileSync(`${base}/${path}`, text);
}

function define(more: string): void {
  const usual = `objtype=osimage\n    imagetype=linux\n    osarch=x86_64\n    osname=Linux\n    osvers=rocky9.4\n    profile=compute\n    provmethod=netboot\n    rootimgdir=${base}/image`;
  write('home/osimage/img.stanza', `img:\n    ${usual}\n${more === '' ? '' : `    ${more}\n`}`);
}

/** What an administrator may find in place of a file of his. */
const odd: Readonly<Record<string, (path: string) => void>> = {
  pipe: (path) => void execFileSync('mkfifo', [path]),
  'endless device': (path) => symlinkSync('/dev/zero', path),
  'file of 1 TB': (path) => {
    writeFileSync(path, '');
    chmodSync(path, 0o600);
    truncateSync(path, 2 ** 40);
  },
  folder: (path) => mkdirSync(path),
};

/** The file that is replaced, what the definition says, and the command that reads it. */
const readers: readonly (readonly [file: string, attribute: string, command: string])[] = [
  ['home/config.yaml', '', 'packimage img'],
  ['home/osimage/img.stanza', '', 'lsdef -t osimage -o img'],
  ['home/site/clustersite.stanza', '', 'packimage img'],
  ['home/site/root.password-hash', '', 'packimage img'],
  ['list', 'exlist=BASE/list', 'packimage img'],
  ['list', 'synclists=BASE/list', 'packimage img'],
  ['list', 'pkglist=BASE/list', 'rootimg show pkglist img'],
  ['list', 'pkglist=BASE/list', 'genimage --dryrun --json img'],
  ['script', 'pkglist=BASE/include\n    postinstall=BASE/script', 'genimage --dryrun --json img'],
  ['include', 'exlist=BASE/includes', 'packimage img'],
  ['source', 'synclists=BASE/append', 'packimage img'],
  ['source', 'synclists=BASE/merge', 'packimage img'],
  ['own.hash', '', 'packimage --root-password-file BASE/own.hash img'],
  ['def.stanza', '', 'packimage --def BASE/def.stanza img'],
  ['bundle', '', 'rootimg import BASE/bundle'],
];

/** In the short form every one with a pipe, and each other kind with some. */
const readersOf = (turn: number) =>
  readers.filter((_, index) => turn === 0 || amount(index % 3, turn - 1) === turn - 1);

describe.each(Object.keys(odd).map((kind, turn) => [kind, turn] as const))(
  'a %s in place of',
  (kind, turn) => {
    it.each(readersOf(turn))('%s (%s) is told by name, at once: %s', (file, attribute, command) => {
      write('includes', `#INCLUDE:${base}/include#\n`);
      write('append', `APPEND:\n${base}/source -> /etc/a.conf\n`);
      write('merge', `MERGE:\n${base}/source -> /etc/passwd\n`);
      define(attribute.replaceAll('BASE', base));
      rmSync(`${base}/${file}`, { force: true });
      mkdirSync(dirname(`${base}/${file}`), { recursive: true });
      odd[kind]?.(`${base}/${file}`);
      const [name = '', ...words] = command.replace('BASE', base).split(' ');
      const { status, stdout, stderr, error } = spawnSync(`bin/${name}`, words, {
        env: { ...process.env, ROOTIMG_HOME: `${base}/home`, XCATROOT: process.cwd() },
        timeout: 60_000,
        encoding: 'utf8',
      });
      expect(error).toBeUndefined();
      expect([kind, command, stderr.includes('bug in rootimg')]).toEqual([kind, command, false]);
      expect(`${stdout}${stderr}`).toMatch(new RegExp(`${base}/${file}.*(: |read)`));
      // What is wrong with a plan stands in it.
      if (!command.includes('--json')) expect(status).not.toBe(0);
    });
  },
);
