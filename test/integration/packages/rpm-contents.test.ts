import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  largestPackages,
  packageContents,
  packagedFiles,
  packageOf,
} from '../../../src/packages/database.ts';
import { rpmContents } from '../../../src/packages/rpm/rpm-contents.ts';
import { storedHeaders } from '../../../src/packages/rpm/stored/blobs.ts';
import { ghostFlag, readRpmHeader, rpmTag } from '../../../src/packages/rpm/stored/rpm-header.ts';
import { withTree } from '../../../src/system/tree/open-tree.ts';
import { amount } from '../../lib/amount.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/rpm-database');

let base: string;
/** One package with 700 files, one with all the fields that we read. */
let rpms: string[];

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { stdio: 'pipe' }).toString();

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-contents-'));
  run('rpmbuild', '-bb', '--quiet', '--define', `_topdir ${base}/top`, join(fixtures, 'packages.spec'));
  const folder = `${base}/top/RPMS/noarch`;
  rpms = readdirSync(folder).map((name) => join(folder, name));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A tree whose database holds the two packages. */
function treeWithBoth(): { root: string; rpm: (...words: string[]) => string } {
  const root = mkdtempSync(join(base, 'sqlite-'));
  const database = `${root}/var/lib/rpm`;
  mkdirSync(database, { recursive: true });
  const rpm = (...words: string[]) => run('rpm', '--dbpath', database, ...words);
  rpm('--justdb', '--nodeps', '--nosignature', '--noscripts', '-i', ...rpms);
  return { root, rpm };
}

/** The same headers in the form of SUSE's rpm, which Debian's was built without. */
function asNdb(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 0);
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at);
  const parts: Buffer[] = [slots];
  blobs.forEach((blob, index) => {
    const place = parts.reduce((sum, part) => sum + part.length, 0) / 16;
    const head = Buffer.alloc(16);
    head.write('BlbS', 0);
    head.writeUInt32LE(index + 1, 4);
    head.writeUInt32LE(blob.length, 12);
    // Free slots lie between.
    const slot = 32 + 16 * (2 * index + 1);
    slots.writeUInt32LE(index + 1, slot + 4);
    slots.writeUInt32LE(place, slot + 8);
    parts.push(head, blob, Buffer.alloc(32 - (blob.length % 16)));
  });
  return Buffer.concat(parts);
}

const contentsOf = (root: string) => withTree(root, packageContents);

const files = '[%{FILENAMES}|%{FILEDIGESTS}|%{FILEFLAGS:fflags}\n]';

test('a database says what rpm itself says', () => {
  const { root, rpm } = treeWithBoth();
  const [one, two, ...none] = contentsOf(root) ?? [];
  expect(none).toEqual([]);
  expect(one).toMatchObject({
    ...{ type: 'rpm', name: 'one', version: '2:1-2.el9', arch: 'noarch', summary: 'The first' },
    ...{ vendor: 'Somebody', url: 'https://example.org/' },
    ...{ digest: rpm('-q', '--qf', '%{SHA256HEADER}', 'one'), source: 'one-1-2.el9.src.rpm' },
    size: Number(rpm('-q', '--qf', '%{SIZE}', 'one')),
    provides: expect.arrayContaining(['one', 'other-name', 'config(one)']),
    requires: expect.arrayContaining([['two', 'three'], ['/usr/bin/app'], ['perl(Carp)']]),
    recommends: [['four']],
  });
  expect(one?.license?.()).toBe('GPL-2.0-or-later AND MIT');
  for (const found of [one, two]) {
    const said = rpm('-q', '--qf', files, found?.name ?? '').trimEnd();
    const lines = said.split('\n').map((line) => line.split('|'));
    expect(found?.files()).toEqual(
      lines.map(([path = '', digest = '', flags = '']) => ({
        path,
        ...(digest === '' ? {} : { digest }),
        ...(flags.includes('g') ? { ghost: true } : {}),
      })),
    );
  }
  expect(two?.files()).toHaveLength(701);
});

test.each([
  ['(a or b or c)', ['a', 'b', 'c']],
  ['(a >= 1.0-2 or b(x86-64) = 3)', ['a', 'b(x86-64)']],
  ['(a if b)', ['a']],
  ['(a with b < 2)', ['a', 'b']],
  ['(perl(Carp) or (perl(Foo::Bar) and x))', ['perl(Carp)', 'perl(Foo::Bar)', 'x']],
  ['perl(Carp)', ['perl(Carp)']],
])('of a need %s any name may be there', (need, names) => {
  const root = mkdtempSync(join(base, 'needs-'));
  const spec = join(root, 'needs.spec');
  const head = ['Name: needs', 'Version: 1', 'Release: 1', 'Summary: x', 'License: x', 'BuildArch: noarch'];
  writeFileSync(spec, [...head, `Requires: ${need}`, '%description', 'x', '%files', ''].join('\n'));
  run('rpmbuild', '-bb', '--quiet', '--define', `_topdir ${root}/top`, spec);
  const database = `${root}/var/lib/rpm`;
  mkdirSync(database, { recursive: true });
  const file = `${root}/top/RPMS/noarch/needs-1-1.noarch.rpm`;
  run('rpm', '--dbpath', database, '--justdb', '--nodeps', '--nosignature', '-i', file);
  expect(withTree(root, rpmContents)?.[0]?.requires).toEqual([names]);
});

test('what no database is, is undefined, and no answer is invented', () => {
  const root = mkdtempSync(join(base, 'damaged-'));
  mkdirSync(`${root}/var/lib/rpm`, { recursive: true });
  expect(withTree(root, rpmContents)).toEqual([]);
  writeFileSync(`${root}/var/lib/rpm/rpmdb.sqlite`, 'SQLite format 3\0 and nothing more');
  expect(withTree(root, rpmContents)).toBeUndefined();
});

test('a database in NDB form says the same', () => {
  const { root } = treeWithBoth();
  const blobs = storedHeaders(readFileSync(`${root}/var/lib/rpm/rpmdb.sqlite`), undefined);
  const other = mkdtempSync(join(base, 'ndb-'));
  mkdirSync(`${other}/usr/lib/sysimage/rpm`, { recursive: true });
  writeFileSync(`${other}/usr/lib/sysimage/rpm/Packages.db`, asNdb(blobs));
  const plain = (tree: string) =>
    contentsOf(tree)?.map(({ files: read, license, ...one }) => ({
      ...one,
      ...{ files: read(), license: license?.() },
    }));
  expect(plain(other)).toEqual(plain(root));
});

test('a Berkeley database, as EL 8 has it, is read', () => {
  const root = mkdtempSync(join(base, 'bdb-'));
  mkdirSync(`${root}/var/lib/rpm`, { recursive: true });
  writeFileSync(`${root}/var/lib/rpm/Packages`, gunzipSync(readFileSync(join(fixtures, 'Packages.gz'))));
  const found = contentsOf(root) ?? [];
  expect(found.map(({ name, version }) => `${name} ${version}`)).toEqual(['one 2:1-2.el9', 'two 2:1-2.el9']);
  expect(found[1]?.files()).toHaveLength(701);
});

test('what lies in the journal of SQLite counts, and nothing of it that was never ended', () => {
  const { root, rpm } = treeWithBoth();
  const database = `${root}/var/lib/rpm`;
  // A reader that does not let the journal be written into the file.
  const script = `import sqlite3, subprocess, sys, shutil
held = sqlite3.connect(sys.argv[1] + '/rpmdb.sqlite'); held.execute('pragma journal_mode=wal')
held.execute('begin'); held.execute('select count(*) from Packages').fetchall()
other = sqlite3.connect(sys.argv[1] + '/rpmdb.sqlite'); other.execute('delete from Packages where hnum=2'); other.commit()
for name in ('rpmdb.sqlite', 'rpmdb.sqlite-wal'): shutil.copy(sys.argv[1] + '/' + name, sys.argv[2])`;
  const copy = `${base}/copy/var/lib/rpm`;
  mkdirSync(copy, { recursive: true });
  run('python3', '-c', script, database, copy);
  expect(rpm('-qa', '--qf', '%{NAME}')).toHaveLength(3);
  expect(contentsOf(`${base}/copy`)).toHaveLength(1);
  const journal = readFileSync(`${copy}/rpmdb.sqlite-wal`);
  expect(journal.length).toBeGreaterThan(4096);
  // The last frame of the transaction is not whole.
  journal.writeUInt8((journal.at(-1) ?? 0) ^ 1, journal.length - 1);
  writeFileSync(`${copy}/rpmdb.sqlite-wal`, journal);
  expect(contentsOf(`${base}/copy`)).toHaveLength(2);
});

test('damaged bytes are found out or read as something else: never a hang, never another error', () => {
  const sqlite = readFileSync(`${treeWithBoth().root}/var/lib/rpm/rpmdb.sqlite`);
  const samples = [
    sqlite,
    asNdb(storedHeaders(sqlite, undefined)),
    gunzipSync(readFileSync(join(fixtures, 'Packages.gz'))),
  ];
  const flip = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.nat(255) });
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(flip, { minLength: 1, maxLength: 40 }),
      fc.nat(3),
      (sample, flips, near) => {
        const bytes = Buffer.from(sample);
        // Most of what matters stands at the beginning.
        const reach = [bytes.length, 200, 4096, 20_000][near] ?? bytes.length;
        for (const { at, byte } of flips) bytes[Math.floor(at * reach)] = byte;
        try {
          for (const blob of storedHeaders(bytes, undefined)) {
            const header = readRpmHeader(blob);
            for (const tag of Object.values(rpmTag)) header.numbers(tag).push(header.texts(tag).length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      },
    ),
    { numRuns: amount(300, 5000) },
  );
});

test('a database that makes no sense is undefined, a tree without one too', () => {
  const root = mkdtempSync(join(base, 'none-'));
  expect(contentsOf(root)).toBe(undefined);
  mkdirSync(`${root}/var/lib/rpm`, { recursive: true });
  copyFileSync('/etc/passwd', `${root}/var/lib/rpm/Packages`);
  expect(contentsOf(root)).toBe(undefined);
});

test('sizes, files and owners are those that rpm tells', async () => {
  const { root, rpm } = treeWithBoth();
  const lines = (format: string) => rpm('-qa', '--qf', format).trimEnd().split('\n');
  const sizes = lines('%{NEVRA} %{LONGSIZE}\\n').map((line) => line.split(' '));
  expect(await largestPackages(root)).toEqual(
    sizes.map(([nevra, bytes]) => ({ nevra, bytes: Number(bytes) })).sort((a, b) => b.bytes - a.bytes),
  );
  const told: string[] = [];
  expect(await packagedFiles(root, (path, filled) => told.push(`${path} ${filled}`))).toBe('read');
  const files = lines('[%{LONGFILESIZES} %{FILEFLAGS} %{FILENAMES}\\n]').map((line) => line.split(' '));
  const brought = files.filter(([, flags]) => (Number(flags) & ghostFlag) === 0);
  expect(told.sort()).toEqual(brought.map(([size, , path]) => `${path} ${size !== '0'}`).sort());
  expect(await packageOf(root, new Set(['/usr/bin/app']))).toBe(
    rpm('-qf', '--qf', '%{NEVRA}', '/usr/bin/app'),
  );
});
