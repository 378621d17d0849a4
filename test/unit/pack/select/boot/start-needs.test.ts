import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeStart } from '../../../../../src/pack/select/boot/judge-start.ts';
import { startNeeds } from '../../../../../src/pack/select/boot/start-needs.ts';
import { wholeImage } from '../../../../../src/pack/select/boot/whole-image.ts';
import { selectMembers } from '../../../../../src/pack/select/select.ts';
import { makeElf, type MadeElf } from './make-elf.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'start-needs-'));
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(`${root}/usr/${name}`, { recursive: true });
    symlinkSync(`usr/${name}`, `${root}/${name}`);
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(`${root}/${path}`), { recursive: true });
  writeFileSync(`${root}/${path}`, content);
}

const needs = () => startNeeds(wholeImage(openTree(root), new Map()));

async function judge(patterns: readonly string[], kernelVersion?: string) {
  const rules = patterns.map((pattern, index) => ({
    pattern: pattern.replace(/^\+/, ''),
    kind: pattern.startsWith('+') ? ('include' as const) : ('exclude' as const),
    origin: { file: '/x.exlist', line: index + 1 },
  }));
  const overrides = new Map();
  const input = { root: openTree(root), rules, overrides };
  const { members } = await selectMembers({ ...input, identity: [], kept: new Set(), time: 0 });
  return judgeStart({ ...input, members, kernelVersion });
}

const kinds: MadeElf[] = (['little', 'big'] as const).flatMap((order) =>
  ([32, 64] as const).map((bits) => ({ bits, order, machine: bits + (order === 'big' ? 1 : 0) })),
);

test.each(kinds)(
  'init of $bits bits, $order endian: its links, loader, and libraries of libraries',
  (kind) => {
    write(
      'usr/lib/systemd/systemd',
      makeElf({
        ...kind,
        interpreter: '/lib64/ld.so',
        needed: ['libshared.so', 'libc.so.6'],
        runPath: '$ORIGIN/private:/opt/x',
      }),
    );
    symlinkSync('../lib/systemd/systemd', `${root}/usr/sbin/init`);
    write('usr/lib64/ld-2.so', makeElf(kind));
    symlinkSync('ld-2.so', `${root}/usr/lib64/ld.so`);
    write(
      'usr/lib/systemd/private/libshared.so',
      makeElf({ ...kind, needed: ['libcap.so.2'], rpath: '/opt/libs' }),
    );
    write('opt/libs/libcap.so.2', makeElf(kind));
    // Another architecture's stands earlier on the way.
    write('usr/lib64/libc.so.6', makeElf({ ...kind, machine: 999 }));
    write('etc/ld.so.conf', 'include ld.so.conf.d/*.conf\n');
    write('etc/ld.so.conf.d/a.conf', '# own\n/opt/conf\n');
    write('opt/conf/libc.so.6', makeElf({ ...kind, needed: ['libgone.so'] }));
    const { paths, missing } = needs();
    const folders = [
      'opt',
      'opt/conf',
      'opt/libs',
      'usr',
      'usr/lib',
      'usr/lib/systemd',
      'usr/lib/systemd/private',
    ];
    expect([...paths].sort()).toEqual(
      [
        ...['bin', 'lib', 'lib64', 'sbin', 'usr/bin', 'usr/lib64', 'usr/sbin', ...folders],
        ...['usr/sbin/init', 'usr/lib/systemd/systemd', 'usr/lib64/ld.so', 'usr/lib64/ld-2.so'],
        ...['usr/lib/systemd/private/libshared.so', 'opt/libs/libcap.so.2', 'opt/conf/libc.so.6'],
      ].sort(),
    );
    expect(missing).toEqual([{ by: 'opt/conf/libc.so.6', name: 'libgone.so' }]);
  },
);

test('a program of this host needs what ldd says', () => {
  const program = ['/usr/lib/systemd/systemd', '/usr/bin/python3', '/bin/bash'].map((path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  });
  const init = program.find((path) => path !== undefined) ?? '';
  const lines = execFileSync('ldd', [init], { encoding: 'utf8' });
  const libraries = [...lines.matchAll(/(?:=> )?(\/\S+) \(/g)].map(([, path = '']) => path);
  expect(libraries.length).toBeGreaterThan(1);
  mkdirSync(`${root}/etc`);
  execFileSync('cp', ['-r', '/etc/ld.so.conf', '/etc/ld.so.conf.d', `${root}/etc/`]);
  for (const path of [init, ...libraries]) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    copyFileSync(path, `${root}${path}`);
  }
  symlinkSync(init, `${root}/usr/sbin/init`);
  const { paths, missing } = needs();
  expect(missing).toEqual([]);
  const merged = libraries.map((path) => path.replace(/^\/(lib(?:64)?)\//, '/usr/$1/').slice(1));
  expect([...merged, init.slice(1)].filter((path) => !paths.has(path))).toEqual([]);
});

test('a script needs its shell; a tree without init needs only its links', () => {
  expect([...needs().paths].sort()).toEqual([
    'bin',
    'lib',
    'lib64',
    'sbin',
    'usr',
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'usr/sbin',
  ]);
  write('usr/sbin/init', '#! /bin/busybox sh\n');
  write('usr/bin/busybox', 'static');
  expect(needs().paths).toContain('usr/bin/busybox');
  expect(needs().missing).toEqual([]);
});

test('what the exlists leave out is told by rule, what the tree never had is only warned of', async () => {
  const kind = kinds[0]!;
  write(
    'usr/lib/systemd/systemd',
    makeElf({ ...kind, interpreter: '/lib/ld.so', needed: ['liba.so', 'libnone.so'] }),
  );
  symlinkSync('../lib/systemd/systemd', `${root}/usr/sbin/init`);
  write('usr/lib/ld.so', makeElf(kind));
  write('usr/lib/liba.so', makeElf(kind));
  expect((await judge(['./usr/share/*', './etc*'])).problems).toEqual([]);
  expect((await judge([])).warnings).toEqual([
    'usr/lib/systemd/systemd needs libnone.so, which is not in the tree: nodes cannot start it.',
  ]);
  const { problems } = await judge(['./usr/lib/lib*', './usr/sbin/init', './lib', './usr/bin*']);
  expect(problems.map(({ origin, message }) => `${origin?.line}: ${message}`).sort()).toEqual([
    "1: './usr/lib/lib*' leaves out what a node needs to start: usr/lib/liba.so.",
    "2: './usr/sbin/init' leaves out what a node needs to start: usr/sbin/init.",
    "3: './lib' leaves out what a node needs to start: lib.",
    "4: './usr/bin*' leaves out what a node needs to start: usr/bin.",
  ]);
  expect((await judge(['./usr/lib/*', '+./usr/lib/systemd/*', '+./usr/lib/*.so'])).problems).toEqual([]);
});

test('modules: of the published kernel, else of one kernel, with their table', async () => {
  for (const version of ['5', '6']) {
    write(`usr/lib/modules/${version}/kernel/net/tg3.ko.xz`, 'm');
    write(`usr/lib/modules/${version}/modules.dep`, 'd');
  }
  write('usr/lib/modules/builtin/modules.builtin', 'b');
  const lost = async (patterns: string[], version?: string) =>
    (await judge(patterns, version)).problems.map(({ message }) => message.replace(/.*start: /, ''));
  expect(await lost(['./usr/lib/modules*'])).toEqual([
    'usr/lib/modules/5/kernel/net/tg3.ko.xz, usr/lib/modules/5/modules.dep, usr/lib/modules/6/kernel/net/tg3.ko.xz, usr/lib/modules/6/modules.dep.',
  ]);
  expect(await lost(['./usr/lib/modules/5/*'])).toEqual([]);
  expect(await lost(['./usr/lib/modules/5/*'], '6')).toEqual([]);
  expect(await lost(['./usr/lib/modules/5/*'], '5')).toHaveLength(1);
  expect(await lost(['*.dep'], '5')).toEqual(['usr/lib/modules/5/modules.dep.']);
  // The initrd refuses an image without the folder of its kernel, whatever lies in it.
  expect(await lost(['./usr/lib/modules/builtin*'], 'builtin')).toEqual(['usr/lib/modules/builtin.']);
  expect(await lost(['./usr/lib/modules/builtin/*'], 'builtin')).toEqual([]);
  expect(await lost(['./usr/lib/modules*'], '7')).toEqual([]);
});
