import { execFileSync, spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProblemsError } from '../../src/base/errors.ts';
import { imageSoFar } from '../../src/pack/members/image-so-far.ts';
import type { Overrides } from '../../src/pack/members/override.ts';
import { addSyncEntries } from '../../src/pack/customise/sync.ts';
import { selectMembers } from '../../src/pack/select/select.ts';
import { readSyncLists } from '../../src/resolve/sync-list.ts';
import { amount } from '../lib/amount.ts';
import { shell } from './pack/world.ts';
import { openTree } from '../../src/system/tree/open-tree.ts';

/**
 * Trees that lines are tried on; only in the last one a folder is reached by a link, which rsync keeps with
 * -K.
 */
const trees = {
  empty: ':',
  filled: `mkdir -p etc/site srv/dir/sub opt/empty usr/lib; echo old >etc/hosts; echo old >etc/site/one.conf
echo old >srv/dir/a; echo old >srv/dir/sub/b; echo old >opt/file.conf; ln -s hosts etc/link; ln -s nowhere etc/gone; mkdir etc/other
chmod 700 srv/dir; chown -R 3:4 srv; mkfifo srv/pipe`,
  linked: `mkdir -p usr/lib/dir etc/real srv/in; ln -s usr/lib lib; ln -s real etc/dir; ln -s in srv/dir; echo x >usr/lib/x; ln -s lib/x x`,
} as const;

const sources = [
  ...['file.conf', 'other', 'dir', 'dir/', 'dir/.', 'dir/sub', 'dir/sub/..', 'dir2/', 'dir2', 'etc', 'etc/'],
  ...[
    'lib',
    'lib/',
    'link',
    'folder',
    'folder/',
    'hollow',
    'hollow/',
    'dir/*',
    'dir*',
    'd*/',
    '[fo]*',
    'all/',
    'all/*',
    'file.conf/',
  ],
];
const destinations = [
  ...[
    '/',
    '/etc',
    '/etc/',
    '/etc/hosts',
    '/etc/hosts/',
    '/etc/link',
    '/etc/gone',
    '/etc/other',
    '/etc/other/',
    '/etc/dir',
  ],
  ...[
    '/new',
    '/new/',
    '/new/deep/x',
    '/new/deep/',
    '/srv',
    '/srv/dir',
    '/srv/dir/',
    '/srv/pipe',
    '/opt',
    '/opt/.',
    '/opt/empty',
  ],
  ...['/lib', '/lib/', '/lib/x', '/usr/lib', '/x', '/dir', '/file.conf', '/all/etc'],
];
const line = fc.record({
  names: fc.array(fc.constantFrom(...sources), { minLength: 1, maxLength: 3 }),
  destination: fc.constantFrom(...destinations),
});
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

let base: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-rsync-'));
  shell(
    `${base}/src`,
    `mkdir -p dir/sub dir2/sub etc/site lib/y hollow all/etc all/lib all/srv/dir
echo 1 >file.conf; echo 2 >other; chmod 640 other; chown 5:6 other; echo 3 >dir/a; echo 4 >dir/sub/b; echo 5 >dir/.hidden; chmod 4711 dir/a
echo 6 >dir2/a; echo 7 >dir2/sub/c; echo 8 >etc/site/one.conf; echo 9 >etc/hosts; echo 10 >lib/x; echo 11 >lib/y/z; ln -s file.conf link
ln -s dir folder; ln -s ../other dir/linked; chmod 750 dir; chown -R 7:8 dir2; chmod 2775 etc/site
echo 12 >all/etc/hosts; echo 13 >all/lib/w; echo 14 >all/srv/dir/a; chmod 755 all; mkdir all/opt; echo 15 >all/opt/empty
find . -exec touch -h -d '2020-01-01 UTC' {} +
# rsync takes files of one size and time for one file.
 n=0; find . -type f | while read -r file; do n=$((n + 1)); touch -d "@$((1600000000 + n))" "$file"; done
touch -d '2021-02-03 UTC' dir etc/site`,
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('lines of a synclist give what rsync -Lprogtz makes of them', async () => {
  const kinds = Object.keys(trees) as (keyof typeof trees)[];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...kinds), fc.array(line, { minLength: 2, maxLength: 5 }), compare),
    { numRuns: amount(20, 2000), examples: [['filled', onLinkToNowhere]] },
  );
});

const onLinkToNowhere: readonly Line[] = [
  { names: ['file.conf'], destination: '/' },
  { names: ['hollow/'], destination: '/etc/gone' },
];

async function compare(kind: keyof typeof trees, lines: readonly Line[]): Promise<void> {
  const work = mkdtempSync(join(base, 'run-'));
  try {
    shell(`${work}/ours`, `${trees[kind]}\nfind . -exec touch -h -d '2010-01-01 UTC' {} +`);
    execFileSync('cp', ['-a', `${work}/ours`, `${work}/theirs`]);
    const begun = Math.floor(Date.now() / 1000) - 1;
    const failed = lines.findIndex((one) => !rsync(`${work}/theirs`, one, kind === 'linked'));
    const list = `${work}/list`;
    writeFileSync(list, lines.map(textOf).join('\n'));
    const { overrides, problems } = await ours(list, `${work}/ours`);
    // rsync before 3.5 does not put an empty folder, named by its content, in the place of a link to nowhere.
    const isOldHabit = lines[failed]?.names.every((name) => name === 'hollow/') && problems.length === 0;
    if (isOldHabit) return;
    if (failed !== -1) {
      // rsync -K fails where such a link meets a folder with folders in it.
      if (kind !== 'linked') expect(problems[0]).toBe(failed + 1);
      return;
    }
    expect(problems).toEqual([]);
    const theirs = described(`${work}/theirs`, begun);
    const touched = new Set(theirs.filter(([, what]) => what.endsWith(now)).map(([path]) => path));
    expect(await packed(`${work}/ours`, overrides, touched)).toEqual(theirs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function textOf({ names, destination }: Line): string {
  return `${names.map((name) => `${base}/src/${name}`).join(' ')} -> ${destination}`;
}

/** Does what xCAT does for one line; false when it fails. */
function rsync(tree: string, { names, destination }: Line, keepsLinks: boolean): boolean {
  const words = names.map((name) => `${base}/src/${name}`).join(' ');
  // What a wildcard matches goes into a folder here, also when it is one file.
  const into = /[*?[]/.test(words) && !destination.endsWith('/') ? `${destination}/` : destination;
  const folder = posix.dirname(into);
  const script = `umask 022; mkdir -p ${tree}${folder} && rsync -Lprogtz ${keepsLinks ? '-K' : ''} ${words} ${tree}${into}`;
  return spawnSync('bash', ['-c', script], { stdio: 'ignore' }).status === 0;
}

async function ours(list: string, root: string): Promise<{ overrides: Overrides; problems: number[] }> {
  const { entries, problems } = await readSyncLists(list, '/', {});
  const overrides: Overrides = new Map();
  const found = [...problems];
  try {
    addSyncEntries(imageSoFar(overrides, openTree(root)), entries, () => {});
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    found.push(...error.problems);
  }
  return { overrides, problems: found.map(({ origin }) => origin?.line ?? 0).sort((a, b) => a - b) };
}

type Entry = readonly [path: string, what: string];

function entry(path: string, stats: { mode: number; uid: number; gid: number }, more: string): Entry {
  return [path, `${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${more}`];
}

/** In place of the time of a folder that rsync wrote into later: an image keeps what was set. */
const now = 'now';

async function packed(root: string, overrides: Overrides, touched: ReadonlySet<string>): Promise<Entry[]> {
  const { members } = await selectMembers({
    root: openTree(root),
    rules: [],
    overrides,
    identity: [],
    kept: new Set(),
    time: 0,
  });
  return [...members]
    .map((member): Entry => {
      const { override, path, mtime } = member;
      const stats = override ?? lstatSync(`${root}/${path}`);
      if ((stats.mode & 0o170000) === 0o040000)
        return entry(path, stats, touched.has(path) ? now : `${mtime}`);
      if (override === undefined) return treeEntry(root, path);
      const content = override.content;
      const bytes = Buffer.isBuffer(content) ? content : readFileSync(content?.source ?? '/dev/null');
      return entry(path, stats, `${mtime} ${bytes.toString()}`);
    })
    .sort();
}

function treeEntry(root: string, path: string): Entry {
  const stats = lstatSync(`${root}/${path}`);
  if (stats.isSymbolicLink()) return entry(path, stats, readlinkSync(`${root}/${path}`));
  const content = stats.isFile() ? readFileSync(`${root}/${path}`, 'utf8') : '';
  return entry(path, stats, `${Math.floor(stats.mtimeMs / 1000)} ${content}`);
}

function described(root: string, begun: number): Entry[] {
  const paths = ['.'];
  for (const path of paths) {
    if (!lstatSync(`${root}/${path}`).isDirectory()) continue;
    for (const name of readdirSync(`${root}/${path}`)) paths.push(path === '.' ? name : `${path}/${name}`);
  }
  return paths
    .map((path): Entry => {
      const stats = lstatSync(`${root}/${path}`);
      if (!stats.isDirectory()) return treeEntry(root, path);
      const mtime = Math.floor(stats.mtimeMs / 1000);
      return entry(path, stats, mtime >= begun ? now : `${mtime}`);
    })
    .sort();
}
