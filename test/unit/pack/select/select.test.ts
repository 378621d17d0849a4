import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBinary } from '../../../../src/base/bytes.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import type { Override } from '../../../../src/pack/members/override.ts';
import { type SelectionInput, selectMembers } from '../../../../src/pack/select/select.ts';
import type { ExcludeRule } from '../../../../src/plan/pack-plan.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';

let root: string;
let server: Server;

const files = [
  ...[
    'etc/a.conf',
    'etc/b.conf',
    'etc/ab.conf',
    'etc/.hidden/.f',
    'etc/init.d/statelite',
    'etc/ssh/ssh_host_rsa_key',
  ],
  ...[
    'usr/share/doc/drop/README',
    'usr/share/doc/drop/deep/file',
    'usr/share/doc/keep/LICENSE',
    'usr/share/doc/top',
  ],
  ...[
    'usr/share/my docs/a file',
    "usr/share/it's",
    'usr/share/\xc3\xa9t\xc3\xa9',
    'usr/share/bad\xff',
    'usr/new\nline',
  ],
  ...[
    'usr/lib/x.pyc',
    'usr/lib/y.py',
    '.statelite/litefile.save',
    '.default',
    'boot/vmlinuz',
    '-dash',
    '[x]',
  ],
];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'select-'));
  for (const name of files) {
    mkdirSync(Buffer.from(dirname(`${root}/${name}`), 'latin1'), { recursive: true });
    writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), 'text');
  }
  mkdirSync(`${root}/empty`);
  linkSync(`${root}/etc/a.conf`, `${root}/etc/hard.conf`);
  symlinkSync('a.conf', `${root}/etc/link`);
  truncateSync(`${root}/boot/vmlinuz`, 5 * 2 ** 30);
  chmodSync(`${root}/usr/lib/y.py`, 0o4711);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(`${root}/etc/socket`, resolve));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

function rule(text: string, line = 1): ExcludeRule {
  const kind = text.startsWith('+') ? 'include' : 'exclude';
  return { pattern: text.replace(/^[+]/, ''), kind, origin: { file: '/x.exlist', line } };
}

function select(rules: string[], more: Partial<SelectionInput> = {}) {
  const input = {
    root: openTree(toBinary(root)),
    overrides: new Map(),
    identity: [],
    kept: new Set<string>(),
    time: 7,
  };
  return selectMembers({ ...input, rules: rules.map(rule), ...more });
}

async function selectPaths(rules: string[], more: Partial<SelectionInput> = {}): Promise<string[]> {
  return [...(await select(rules, more)).members].map((member) => member.path);
}

/** What the original archives: two finds; with the parents that we add, without sockets. */
function original(rules: string[]): string[] {
  const find = (words: string[]) =>
    execFileSync('xargs', ['-0', 'find', '.', '-xdev'], {
      cwd: root,
      env: { ...process.env, LC_ALL: 'C' },
      input: Buffer.from(
        [...words, '!', '-type', 's', '-print0'].map((word) => `${word}\0`).join(''),
        'latin1',
      ),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
      .toString('latin1')
      .split('\0')
      .slice(0, -1);
  const always = [
    './.statelite*',
    './.default*',
    './.statebackup*',
    './etc/init.d/statelite',
    './etc/rc.sysinit.backup',
  ];
  const patterns = rules.filter((one) => !one.startsWith('+')).map(toBinary);
  const plus = rules.filter((one) => one.startsWith('+')).map((one) => toBinary(one.slice(1)));
  const found = new Set(find([...patterns, ...always].flatMap((one) => ['!', '-path', one])));
  if (plus.length > 0) {
    const words = plus.flatMap((one, index) => [...(index === 0 ? [] : ['-o']), '-path', one]);
    for (const path of find(['(', ...words, ')'])) found.add(path);
  }
  found.add('.');
  for (const path of [...found]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      found.add(path.slice(0, at));
  }
  return [...found].map((path) => path.replace(/^\.\//, '')).sort();
}

test('rules select what find selects, plus parents', async () => {
  const piece = fc.constantFrom(
    ...[
      '*',
      '?',
      '[a-e]',
      '[!u]',
      '/',
      './',
      'etc',
      'usr',
      'share',
      'doc',
      '/doc',
      '.conf',
      '.pyc',
      'b',
      '\u00e9',
      ' ',
      '\\*',
    ],
    ...[
      './usr/share/doc',
      './etc/',
      './usr/share',
      './usr/',
      '/deep',
      'keep',
      './.default',
      '.statelite',
      '../boot',
    ],
  );
  const line = fc
    .tuple(
      fc.constantFrom('', '', '', '+'),
      fc.constantFrom('./', './', ''),
      fc.array(piece, { minLength: 1, maxLength: 4 }),
    )
    .map(([plus, start, pieces]) => `${plus}${start}${pieces.join('')}`.replace('../', './'));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (rules) => {
      expect((await selectPaths(rules)).sort()).toEqual(original(rules));
    }),
    { numRuns: 50 },
  );
});

test('members come sorted, parents first, with what lstat says', async () => {
  const { members, contentBytes, sockets } = await select(['./usr/share*', './boot/*']);
  expect([...members].map((member) => member.path)).toEqual([
    ...[
      '.',
      '-dash',
      '[x]',
      'boot',
      'empty',
      'etc',
      'etc/.hidden',
      'etc/.hidden/.f',
      'etc/a.conf',
      'etc/ab.conf',
    ],
    ...[
      'etc/b.conf',
      'etc/hard.conf',
      'etc/init.d',
      'etc/link',
      'etc/ssh',
      'etc/ssh/ssh_host_rsa_key',
      'usr',
      'usr/lib',
    ],
    ...['usr/lib/x.pyc', 'usr/lib/y.py', 'usr/new\nline'],
  ]);
  const at = (path: string) => [...members].find((member) => member.path === path);
  expect(at('usr/lib/y.py')).toMatchObject({ mode: 0o104711, size: 4, link: 0 });
  expect(at('etc/link')).toMatchObject({ mode: 0o120777, size: 6 });
  expect(at('etc/a.conf')?.link).toBe(at('etc/hard.conf')?.link);
  expect(at('etc/a.conf')?.link).not.toBe(0);
  expect(sockets).toEqual(['etc/socket']);
  expect(contentBytes).toBe(4 * 10);
});

test('a rule that matched nothing is known with its place, a + that was not needed is no such rule', async () => {
  const { unmatched } = await select([
    './usr/share/doc*',
    '+./usr/share/doc/keep*',
    './nope',
    '+./nope2',
    '+./etc/a.conf',
  ]);
  expect(unmatched.map((one) => [one.pattern, one.origin.line])).toEqual([
    ['./nope', 2],
    ['./nope2', 3],
  ]);
});

test('what is left out is counted, and hidden names its topmost paths', async () => {
  const { hidden, leftOut } = await select(['./usr/share*', '+./usr/share/doc/keep*', './empty']);
  expect(hidden).toEqual([
    ...[
      '.default',
      '.statelite',
      'empty',
      'etc/init.d/statelite',
      'etc/socket',
      'usr/share/bad\xff',
      'usr/share/doc/drop',
    ],
    ...['usr/share/doc/top', "usr/share/it's", 'usr/share/my docs', 'usr/share/\xc3\xa9t\xc3\xa9'],
  ]);
  expect(leftOut).toBe(15);
});

test('identity of a machine is left out unless taken back or ours, kept paths survive any rule', async () => {
  const identity = ['./etc/ssh/ssh_host_*'];
  const { identity: found } = await select([], { identity });
  expect(found).toEqual(['etc/ssh/ssh_host_rsa_key']);
  expect(await selectPaths(['+./etc/ssh/*'], { identity })).toContain('etc/ssh/ssh_host_rsa_key');
  const path = 'etc/ssh/ssh_host_rsa_key';
  const ours: Override = { path, mode: fileType.regular | 0o600, uid: 0, gid: 0, content: Buffer.from('x') };
  expect(await selectPaths([], { identity, overrides: new Map([[path, ours]]) })).toContain(path);
  expect(await selectPaths(['./*'], { kept: new Set(['usr/share/doc/top']) })).toEqual([
    ...['.', 'usr', 'usr/share', 'usr/share/doc', 'usr/share/doc/top'],
  ]);
});

test('of what is left out only that is hidden which the tree would show', async () => {
  const at = (path: string, values: Partial<Override>): [string, Override] => [
    path,
    { path, mode: fileType.regular | 0o600, uid: 0, gid: 0, ...values },
  ];
  const folder = fileType.folder | 0o755;
  const overrides = new Map([
    ...[at('new', {}), at('etc/a.conf', {}), at('usr/share', { mode: folder, opaque: true })],
    ...[at('usr/share/doc', { mode: folder }), at('usr/share/doc/ours', {}), at('usr/share/doc/top', {})],
  ]);
  const { hidden, members } = await select(['./new', './etc/a.conf', './usr/share/doc/top'], { overrides });
  expect(hidden).toEqual(['.default', '.statelite', 'etc/a.conf', 'etc/init.d/statelite', 'etc/socket']);
  const paths = [...members].map(({ path }) => path);
  // A folder in an opaque one has nothing of the tree either.
  expect(paths.filter((path) => path.startsWith('usr/share/'))).toEqual([
    'usr/share/doc',
    'usr/share/doc/ours',
  ]);
});

test('overrides stand in for what the tree has, obey the rules and bring their folders', async () => {
  const file = (path: string): [string, Override] => [
    path,
    { path, mode: fileType.regular | 0o640, uid: 3, gid: 4, content: Buffer.from('twelve bytes') },
  ];
  const folder = (path: string, opaque: boolean): [string, Override] => [
    path,
    { path, mode: fileType.folder | 0o700, uid: 0, gid: 0, mtime: 9, opaque },
  ];
  const overrides = new Map([
    ...[
      file('etc/a.conf'),
      file('opt/xcat/xcatinfo'),
      file('opt/gone'),
      folder('empty', true),
      folder('usr', false),
    ],
    ...[folder('usr/share', true), file('usr/share/only')],
  ]);
  const { members } = await select(['./opt/gone'], { overrides });
  const found = new Map([...members].map((member) => [member.path, member]));
  expect(found.get('etc/a.conf')).toMatchObject({
    mode: 0o100640,
    uid: 3,
    gid: 4,
    size: 12,
    mtime: 7,
    link: 0,
  });
  expect(found.get('opt')).toMatchObject({ mode: 0o040755, uid: 0, gid: 0, mtime: 7 });
  expect(found.get('usr')).toMatchObject({ mode: 0o040700, mtime: 9 });
  expect([...found.keys()].filter((path) => path.startsWith('opt') || path.startsWith('usr'))).toEqual([
    ...[
      'opt',
      'opt/xcat',
      'opt/xcat/xcatinfo',
      'usr',
      'usr/lib',
      'usr/lib/x.pyc',
      'usr/lib/y.py',
      'usr/new\nline',
    ],
    ...['usr/share', 'usr/share/only'],
  ]);
  expect(readFileSync(`${root}/etc/a.conf`, 'utf8')).toBe('text');
});

test('something in the way of an override is named', async () => {
  const path = 'etc/a.conf/below';
  const overrides = new Map([[path, { path, mode: fileType.regular | 0o644, uid: 0, gid: 0 }]]);
  await expect(select([], { overrides })).rejects.toThrow('etc/a.conf in the image is not a folder');
});
