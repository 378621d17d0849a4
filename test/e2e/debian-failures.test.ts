import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { problemsOf, RootimgError } from '../../src/base/errors.ts';
import type { DebSuite, Repository } from '../../src/plan/build-plan.ts';
import { apt, aptOnDebootstrap } from '../../src/packages/apt/apt.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { makeKey, type SigningKey } from '../../tools/sample-repo/keys.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { makeDeb, type TinyDeb } from '../lib/debs.ts';
import { baseRepository, debTree, type DebTree } from './lib/deb-tree.ts';
import { hostState, markDescendants } from './lib/host-state.ts';
import { type PackageServer, servePackages } from './lib/package-server.ts';
import { makeTinyArchive, type TinyArchive, tinySuite } from './lib/tiny-archive.ts';

/** One base of real packages; each case works on a copy of it, with an archive made on the spot. */
let folder: string;
let base: DebTree;
let tree: DebTree;
let good: SigningKey;
let other: SigningKey;
let server: PackageServer;
let count = 0;
let before: Awaited<ReturnType<typeof host>>;

/** What a case might have disturbed of this host. */
const host = () => hostState(dirname(tree.root));

beforeAll(async () => {
  await markDescendants();
  folder = await mkdtemp(join(tmpdir(), 'rootimg-deb-failures-'));
  await mkdir(join(folder, 'archives'));
  good = await makeKey(join(folder, 'gpg'), 'good', join(folder, 'good.asc'));
  other = await makeKey(join(folder, 'gpg'), 'other', join(folder, 'other.asc'));
  server = await servePackages(join(folder, 'archives'));
  base = await debTree();
  const session = await base.apply({ repositories: [await baseRepository()] }, { entries: list('debconf') });
  await session.settle();
});
afterAll(async () => {
  server?.close();
  await base?.leave();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  tree = await debTree(base.root);
  server.faults.clear();
  before = await host();
});
afterEach(async () => {
  const policy = existsSync(join(tree.root, 'usr/sbin/policy-rc.d'));
  const after = await host();
  await tree.leave();
  expect(policy).toBe(false);
  // A process of others that was seen with a copy of a mount may have ended: only new ones count.
  const begun = after.processes.filter((one) => !before.processes.includes(one));
  expect({ ...after, processes: begun }).toEqual({ ...before, processes: [] });
});

/** Names, kinds, modes, owners, link targets in a tree, but for caches. */
async function listing(root: string): Promise<string[]> {
  const { stdout } = await run(['find', root, '-printf', '%P %y %m %U %G %l\n']);
  return stdout
    .split('\n')
    .filter((line) => !/^var\/(cache|lib\/dpkg\/arch|lib\/dpkg\/lock)/.test(line))
    .sort();
}

testInLong('debootstrap makes the same base as mmdebstrap', async () => {
  const made = await debTree(undefined, aptOnDebootstrap);
  try {
    const session = await made.apply(
      { repositories: [await baseRepository()] },
      { entries: list('debconf') },
    );
    await session.settle();
    expect(await listing(made.root)).toEqual(await listing(base.root));
    expect((await hostState(made.root)).mounts).toEqual([]);
  } finally {
    await made.leave();
  }
});

const bases = [
  ['mmdebstrap', apt],
  ['debootstrap', aptOnDebootstrap],
] as const;

// In npm test apt's own runs have the cases of scripts that fail: a base takes longer than all of them.
test.each(bases.slice(0, amount(0, 2)))(
  'a script that fails while %s makes the base is told as any other',
  async (_, manager) => {
    const essential = { name: 'a', fields: 'Essential: yes\nPriority: required\n' };
    const postinst = '#!/bin/sh\necho it says no\nexit 3\n';
    const repository = await archive([{ ...essential, scripts: { postinst } }]);
    const made = await debTree(undefined, manager);
    try {
      const repositories = [await baseRepository(), repository];
      const work = made.apply({ repositories }, { entries: list('debconf') });
      const error = (await work.catch((reason: unknown) => reason)) as RootimgError;
      expect(told(error, repository)).toEqual([
        'scriptlet-failed: The postinst of a failed: exit status 3.\n  it says no',
      ]);
      expect((await hostState(made.root)).mounts).toEqual([]);
    } finally {
      await made.leave();
    }
  },
);

function list(...names: string[]) {
  return names.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
}

/** Makes an archive with these packages and gives it as a repository of a plan. */
async function archive(
  packages: readonly TinyDeb[],
  changes: Partial<TinyArchive> = { key: good },
  deb: Partial<DebSuite> = {},
): Promise<Repository> {
  const name = `archive-${(count += 1)}`;
  await makeTinyArchive(join(folder, 'archives', name), { packages, ...changes });
  const suite = { ...tinySuite, signedBy: [good.publicFile], ...deb };
  return { id: name, url: `${server.address}/${name}`, from: 'pkgdir', deb: suite };
}

const folderOf = (repository: Repository) => join(folder, 'archives', repository.id);

async function failed(repository: Repository, ...names: string[]): Promise<RootimgError> {
  const outcome = await tree.apply({ repositories: [repository] }, { entries: list(...names) }).then(
    () => 'it went well',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(RootimgError);
  return outcome as RootimgError;
}

/** Code and message of all that is wrong, the address of the archive as ARCHIVE. */
function told(error: RootimgError, { url }: Repository): string[] {
  return problemsOf(error).map(({ code, message }) => `${code}: ${message.replaceAll(url, 'ARCHIVE')}`);
}

const a: TinyDeb = { name: 'a' };

type Refused = [string, () => Promise<Repository>, string];
const refused: Refused[] = [
  [
    'unsigned',
    () => archive([a], {}),
    'signature: The repository ARCHIVE tiny (pkgdir) cannot be used: it is not signed.',
  ],
  [
    'out of date',
    () => archive([a], { key: good, validFor: -3 }),
    'repository-unusable: The repository ARCHIVE tiny (pkgdir) cannot be used: its Release file has expired (invalid since 3d',
  ],
  [
    'asked for a component that it has not',
    () => archive([a], { key: good }, { components: ['contrib'] }),
    "repository-unusable: The repository ARCHIVE tiny (pkgdir) cannot be used: it has no component 'contrib' (it has main).",
  ],
];
const refusedInLong: Refused[] = [
  [
    'signed with another key',
    () => archive([a], { key: other }),
    'signature: The repository ARCHIVE tiny (pkgdir) cannot be used: it is signed with a key that is none of ours',
  ],
  [
    'asked for a suite that it has not',
    () => archive([a], { key: good }, { suite: 'nosuch' }),
    'repository-unusable: The repository ARCHIVE nosuch (pkgdir) cannot be used: it has no Release file for this suite.',
  ],
];

// In npm test ubuntu-archive.test.ts has an archive of another key.
test.each([...refused, ...refusedInLong.slice(0, amount(0, 2))])(
  'an archive that is %s is refused before the tree changes',
  async (_, make, message) => {
    const repository = await make();
    const error = await failed(repository, 'a');
    expect(told(error, repository)).toEqual([expect.stringContaining(message)]);
    expect(tree.said.changed).toBe(false);
  },
);

testInLong('an archive on a server that does not answer is told by address', async () => {
  const away = { ...(await archive([a])), url: 'http://127.0.0.1:1/debian' };
  const error = await failed(away, 'a');
  expect(told(error, away)).toEqual([
    expect.stringMatching(/^download-failed: .*ARCHIVE\/dists\/tiny\/InRelease.*(refused|connect)/),
  ]);
  expect(tree.said.changed).toBe(false);
});

testInLong('a key that has expired is told; beside one that counts it does no harm', async () => {
  const old = { home: good.home, name: 'old@sample.invalid', publicFile: join(folder, 'old.asc') };
  const gpg = (...words: string[]) => run(namespaceArgv(['gpg', '--batch', '--homedir', old.home, ...words]));
  const signedAt = '20200110T000000';
  const generate = ['--quick-generate-key', old.name, 'rsa2048', 'sign', '20200201T000000'];
  await gpg('--passphrase', '', '--faked-system-time', '20200101T000000', ...generate);
  await writeFile(old.publicFile, (await gpg('--armor', '--export', old.name)).stdout);
  const repository = await archive([a], { key: old, signedAt }, { signedBy: [old.publicFile] });
  const error = await failed(repository, 'a');
  expect(told(error, repository)).toEqual([
    expect.stringMatching(/^signature: .* it is signed with a key that has expired \(\w+/),
  ]);
  const both = await archive([a], { key: good }, { signedBy: [old.publicFile, good.publicFile] });
  await tree.apply({ repositories: [both] }, { entries: list('a') });
});

testInLong('the administrator may let an archive of an old release count beyond its date', async () => {
  const repository = await archive([a], { key: good, validFor: -300 }, { checkValidUntil: false });
  const session = await tree.apply({ repositories: [repository] }, { entries: list('a') });
  await session.settle();
  const sources = readFileSync(join(tree.root, 'etc/apt/sources.list.d/rootimg.sources'), 'utf8');
  expect(sources).toMatch(/^Check-Valid-Until: no$/m);
});

testInLong(
  'of several keys the one of a fingerprint counts, or the key that stands in the sources',
  async () => {
    const show = ['gpg', '--homedir', good.home, '--batch', '--with-colons', '--list-keys', good.name];
    const { stdout } = await run(namespaceArgv(show));
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? '';
    const deb = { signedBy: [good.publicFile, other.publicFile], fingerprints: [fingerprint] };
    const refused = await archive([a], { key: other }, deb);
    expect(told(await failed(refused, 'a'), refused)).toEqual([expect.stringMatching(/^signature: /)]);
    const chosen = await archive([a], { key: good }, deb);
    await tree.apply({ repositories: [chosen] }, { entries: list('a') });

    const inline = { ...tinySuite, key: readFileSync(good.publicFile, 'utf8') };
    const { url, id } = await archive([{ name: 'b' }]);
    const session = await tree.apply(
      { repositories: [{ id, url, from: 'pkgdir', deb: inline }] },
      { entries: list('b') },
    );
    await session.settle();
    // Both stay checked in the image.
    const sources = readFileSync(join(tree.root, 'etc/apt/sources.list.d/rootimg.sources'), 'utf8');
    const keyring = /^Signed-By: (\S+)$/m.exec(sources)?.[1] ?? '';
    expect(readFileSync(join(tree.root, keyring), 'utf8')).toBe(inline.key);
  },
);

testInLong('an archive that is not checked, by word of the administrator, is used', async () => {
  const repository = { ...(await archive([a], {})), unchecked: '--no-gpgcheck' };
  await tree.apply({ repositories: [repository] }, { entries: list('a') });
  expect(existsSync(join(tree.root, 'var/lib/dpkg/info/a.list'))).toBe(true);
});

test('names that no archive has are told all at once, by line, with what may be meant', async () => {
  const repository = await archive([{ name: 'abcde' }]);
  const names = ['abcdf', 'lib.x', '@nogroup', 'abcde=9', 'abcde/nosuch'];
  const session = await tree.open({ repositories: [repository] });
  const task = { command: 'install', environment: [], repositories: [repository.id] } as const;
  const error = await session
    .checkNames({ ...task, entries: list(...names) })
    .catch((reason: unknown) => reason);
  expect(problemsOf(error as RootimgError)).toEqual([
    {
      code: 'package-missing',
      message: "No repository has the package 'abcdf'.",
      origin: { file: 'list', line: 1 },
      hint: 'There is: abcde.',
    },
    {
      code: 'task-missing',
      message: "No repository has the task 'nogroup'.",
      origin: { file: 'list', line: 3 },
    },
    expect.objectContaining({
      message: "No repository has the package 'abcde' in version '9'.",
      hint: 'There is: abcde=1.',
    }),
    expect.objectContaining({
      message: "No repository has the package 'abcde' in release 'nosuch'.",
      hint: 'There is: abcde/tiny.',
    }),
    expect.objectContaining({
      message: "No repository has the package 'lib.x'.",
      origin: { file: 'list', line: 2 },
    }),
  ]);
  const applied = await tree
    .apply({ repositories: [repository] }, { entries: list('abcde=9') })
    .catch((reason: unknown) => reason);
  expect(problemsOf(applied as RootimgError)).toMatchObject([{ hint: 'There is: abcde=1.' }]);
  expect(tree.said.changed).toBe(false);
});

test("what cannot be installed together is told in apt's words", async () => {
  const repository = await archive([{ name: 'abcde', fields: 'Depends: nosuch (>= 2)\n' }]);
  const error = await failed(repository, 'abcde');
  expect(error).toMatchObject({
    code: 'unmet-dependency',
    details: ['abcde : Depends: nosuch (>= 2) but it is not installable'],
  });
});

const faults = [
  ['is not there', 'missing', '404  Not Found'],
  ['ends early', 'truncated', 'Remote end closed connection'],
] as const;

test.each(faults.slice(0, amount(1, 2)))(
  'a package that %s when it is fetched is told by address',
  async (_, fault, reason) => {
    const repository = await archive([a]);
    server.faults.set('.deb', fault);
    const error = await failed(repository, 'a');
    expect(told(error, repository)).toEqual([
      expect.stringContaining(
        'download-failed: Packages could not be fetched whole: ARCHIVE/pool/a_1_all.deb: ',
      ),
    ]);
    expect(error.message).toContain(reason);
    expect(tree.said.changed).toBe(false);
  },
);

test('a package that is not the one that the archive lists is refused', async () => {
  const repository = await archive([a]);
  await appendFile(join(folderOf(repository), 'pool/a_1_all.deb'), 'x');
  const error = await failed(repository, 'a');
  expect(error.code).toBe('download-failed');
  expect(error.message).toMatch(/Hash Sum mismatch|unexpected size/);
});

test('a package that is listed as the damaged one that it is stops the build', async () => {
  const repository = await archive([]);
  const plain = join(folder, `plain-${count}`);
  await mkdir(plain);
  const file = makeDeb(plain, { name: 'broken', files: { 'usr/share/broken': 'x'.repeat(2000) } });
  const bytes = readFileSync(file);
  await writeFile(file, bytes.subarray(0, bytes.length - 100));
  const deb = { suite: './', components: [], plain: true };
  const local: Repository = { id: 'plain', url: `file://${plain}`, from: 'pkgdir', deb };
  const outcome = tree.apply({ repositories: [repository, local] }, { entries: list('broken') });
  await expect(outcome).rejects.toMatchObject({ code: 'package-damaged' });
});

test('packages with the same file are told with the file', async () => {
  const files = (text: string) => ({ 'usr/share/both': text });
  const repository = await archive([
    { name: 'a', files: files('a') },
    { name: 'b', files: files('b') },
  ]);
  expect(told(await failed(repository, 'a', 'b'), repository)).toEqual([
    'file-conflict: Packages have the same file: /usr/share/both of b is also in a.',
  ]);
});

test.each(['postinst', 'preinst'].slice(0, amount(1, 2)))(
  'a failing %s is told by package, with its words',
  async (script) => {
    const text = '#!/bin/sh\necho it says no\necho and more >&2\nexit 3\n';
    const repository = await archive([{ name: 'a', scripts: { [script]: text } }]);
    expect(told(await failed(repository, 'a'), repository)).toEqual([
      `scriptlet-failed: The ${script} of a failed: exit status 3.\n  it says no\n  and more`,
    ]);
  },
);

test('a script that starts services starts none, and what it leaves running ends with it', async () => {
  const postinst = `#!/bin/sh
setsid sleep 500 &
invoke-rc.d ssh start && start-stop-daemon --start --exec /bin/sleep -- 500 || exit 1
/usr/sbin/policy-rc.d ssh start
echo $? >/policy
grep -c : /proc/net/dev >/cards
`;
  const repository = await archive([{ name: 'a', scripts: { postinst } }]);
  await tree.apply({ repositories: [repository] }, { entries: list('a') });
  expect(readFileSync(join(tree.root, 'policy'), 'utf8')).toBe('101\n');
  // The loopback alone.
  expect(readFileSync(join(tree.root, 'cards'), 'utf8')).toBe('1\n');
});

testInLong('a changed configuration file stays without a question', async () => {
  const conf = (version: string): TinyDeb => {
    const files = { 'etc/a.conf': `of ${version}\n` };
    return { name: 'a', version, files, conffiles: ['etc/a.conf'] };
  };
  const [old, renewed] = [await archive([conf('1')]), await archive([conf('2')])];
  await tree.apply({ repositories: [old] }, { entries: list('a') });
  await writeFile(join(tree.root, 'etc/a.conf'), 'mine\n');
  await tree.apply({ repositories: [renewed] }, { command: 'upgrade', entries: [] });
  expect(readFileSync(join(tree.root, 'etc/a.conf'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(tree.root, 'var/lib/dpkg/status'), 'utf8')).toMatch(
    /^Package: a\n(.+\n)*Version: 2$/m,
  );
});

testInLong('a package that is held is told when a list wants another version', async () => {
  const [old, renewed] = [await archive([{ name: 'a' }]), await archive([{ name: 'a', version: '2' }])];
  await tree.apply({ repositories: [old] }, { entries: list('a') });
  await run(['chroot', tree.root, 'apt-mark', 'hold', 'a']);
  const error = await failed(renewed, 'a=2');
  expect(error.message).toContain('Held packages were changed');
});

test('answers for debconf reach the scripts, recommended packages only where a pass wants them', async () => {
  const postinst = '#!/bin/sh\n. /usr/share/debconf/confmodule\ndb_get a/colour\necho "$RET" >/colour\n';
  const templates = 'Template: a/colour\nType: string\nDefault: none\nDescription: colour\n';
  const scripts = { postinst, templates };
  const repository = await archive([{ name: 'a', fields: 'Recommends: b\n', scripts }, { name: 'b' }]);
  const answers = join(folder, 'answers');
  await writeFile(answers, 'a a/colour string blue\n');
  const work = { entries: list('a'), debconf: [answers] };
  await tree.apply({ repositories: [repository] }, work);
  expect(readFileSync(join(tree.root, 'colour'), 'utf8')).toBe('blue\n');
  expect(existsSync(join(tree.root, 'var/lib/dpkg/info/b.list'))).toBe(false);
  await tree.apply({ repositories: [repository] }, { entries: list('a'), command: 'remove' });
  await tree.apply({ repositories: [repository] }, { ...work, recommends: true });
  expect(existsSync(join(tree.root, 'var/lib/dpkg/info/b.list'))).toBe(true);
});

test('a disk that is full is told', async () => {
  const repository = await archive([{ name: 'a', files: { 'srv/full/big': 'x'.repeat(2_000_000) } }]);
  const small = join(tree.root, 'srv/full');
  await mkdir(small);
  await run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
  try {
    expect((await failed(repository, 'a')).code).toBe('disk-full');
  } finally {
    await run(['umount', small]);
    // A mount namespace that somebody on this host began meanwhile keeps a copy of this mount.
    before.processes = (await host()).processes;
  }
});

testInLong(
  'what is excluded stays as it is in an update of everything, what is not there needs no removal',
  async () => {
    const kernel = (version: string) => ({ name: 'linux-image-x', version });
    const [old, renewed] = [
      await archive([kernel('1'), { name: 'a' }]),
      await archive([kernel('2'), { name: 'a', version: '2' }]),
    ];
    await tree.apply({ repositories: [old] }, { entries: list('a', 'linux-image-x') });
    await tree.apply({ repositories: [renewed] }, { command: 'upgrade', entries: [], exclude: ['linux-*'] });
    const versions = await run(['chroot', tree.root, 'dpkg-query', '-W', 'a', 'linux-image-x']);
    expect(versions.stdout).toBe('a\t2\nlinux-image-x\t1\n');
    await tree.apply({ repositories: [renewed] }, { command: 'remove', entries: list('a', 'nosuch') });
    expect(existsSync(join(tree.root, 'var/lib/dpkg/info/a.list'))).toBe(false);
  },
);

testInLong('package files of the host are installed; one that cannot be read is told by line', async () => {
  const repository = await archive([{ name: 'b' }]);
  const plain = join(folder, `plain-${count}`);
  await mkdir(plain);
  const file = makeDeb(plain, { name: 'local', fields: 'Depends: b\n' });
  await tree.apply({ repositories: [repository] }, { entries: list(file) });
  expect(existsSync(join(tree.root, 'var/lib/dpkg/info/b.list'))).toBe(true);
  expect(problemsOf(await failed(repository, '/nowhere/x.deb'))).toEqual([
    {
      code: 'package-missing',
      message: 'The package file /nowhere/x.deb cannot be read.',
      origin: { file: 'list', line: 1 },
    },
  ]);
});
