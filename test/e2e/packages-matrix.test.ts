import { chmod, copyFile, mkdir, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findTool, run } from '../../src/system/exec.ts';
import { hostDnf } from '../../src/packages/dnf/host-dnf.ts';
import { hostPropagation } from '../../src/system/propagation.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { hostState, markDescendants } from './lib/host-state.ts';
import { openPackageBuilder, type PackageBuilder } from './lib/package-builder.ts';
import { makeAuthority, type PackageServer, servePackages } from './lib/package-server.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';

/**
 * Every feature of package lists, good and bad, over real repositories of tiny packages: each case with its
 * exact outcome.
 */
let world: TinyWorld;
let builder: PackageBuilder;
let http: PackageServer;
let https: PackageServer;
let ca: string;
let before: Awaited<ReturnType<typeof hostState>>;

/** Writes down what a scriptlet sees. */
const look = (file: string) => `{ echo "umask $(umask)"; echo "interfaces $(grep -c : /proc/net/dev)"
  echo "run" /run/*; echo "dev $(ls /dev | grep -c .)"; echo "word $TINY_WORD"
  [ -w /proc/sys/kernel/domainname ] && echo "settings writable"
  service sshd start; echo "service $?"; } >/usr/share/${file} 2>/dev/null`;

const modules = `---
document: modulemd
version: 2
data:
  name: tool
  stream: "2"
  version: 1
  context: deadbeef
  arch: x86_64
  summary: a tool
  description: a tool
  license: {module: [MIT]}
  dependencies: [{requires: {platform: [el9]}}]
  profiles: {default: {rpms: [tool]}}
  artifacts: {rpms: ["tool-0:2.0-1.noarch"]}
...
---
document: modulemd
version: 2
data:
  name: tool
  stream: "3"
  version: 1
  context: deadbeef
  arch: x86_64
  summary: a tool
  description: a tool
  license: {module: [MIT]}
  dependencies: [{requires: {platform: [el9]}}]
  profiles: {default: {rpms: [tool]}}
  artifacts: {rpms: ["tool-0:3.0-1.noarch"]}
...
---
document: modulemd-defaults
version: 1
data:
  module: tool
  profiles: {"2": [default], "3": [default]}
...
`;
const tool = (stream: string) => ({
  name: 'tool',
  version: `${stream}.0`,
  head: [`ModularityLabel: tool:${stream}:1:deadbeef`],
});

/** Starts one and sees that it runs. */
const daemon = `setsid sh -c 'echo runs >/usr/share/daemon; exec sleep 86399' </dev/null >/dev/null 2>&1 &
  until [ -s /usr/share/daemon ]; do sleep 0.1; done`;

beforeAll(async () => {
  await markDescendants();
  world = await makeTinyWorld([
    {
      path: 'os/base',
      signedBy: 'good',
      group: ['member-a', 'member-b', 'member-nowhere'],
      packages: [
        ...[
          { name: 'plain', post: look('seen') },
          { name: 'second', post: look('seen-second') },
        ],
        ...[
          { name: 'pinned', version: '1.0' },
          { name: 'pinned', version: '2.0' },
        ],
        ...[{ name: 'member-a' }, { name: 'member-b' }, { name: 'glob-one' }, { name: 'glob-two' }],
        { name: 'provider', head: ['Provides: virtual(thing)'] },
        { name: 'pathed', files: { 'usr/bin/pathed': '#!/bin/sh\n' } },
        { name: 'old-agent', version: '1.0' },
        { name: 'tiny-uname', version: '1.0', files: { 'usr/bin/uname': '#!/bin/sh\necho real\n' } },
      ],
    },
    { path: 'os/app', signedBy: 'good', packages: [tool('2'), tool('3')], modules },
    { path: 'served', signedBy: 'good', packages: [{ name: 'from-server', post: look('seen-server') }] },
    { path: 'newer', signedBy: 'good', packages: [{ name: 'plain', version: '2.0' }] },
    { path: 'secure', signedBy: 'good', packages: [{ name: 'from-secure' }] },
    {
      path: 'others',
      signedBy: 'good',
      packages: [
        { name: 'old-agent', version: '1.1' },
        {
          name: 'tiny-uname',
          version: '2.0',
          files: { 'usr/bin/uname': '#!/bin/sh\necho newer\n' },
        },
        { name: 'kmod-site', post: '/usr/bin/uname -r >/usr/share/uname; uname -r >>/usr/share/uname' },
      ],
    },
    { path: 'others/sub/deep', signedBy: 'good', packages: [{ name: 'deep' }, { name: 'gone-after' }] },
    { path: 'more/sub/deep', signedBy: 'good', packages: [{ name: 'deeper' }] },
    { path: 'local', signedBy: 'good', packages: [{ name: 'by-path' }] },
    { path: 'unsigned', signedBy: 'nobody', packages: [{ name: 'unsigned' }] },
    { path: 'wrong', signedBy: 'other', packages: [{ name: 'wrong-signed' }] },
    {
      path: 'trouble',
      signedBy: 'good',
      packages: [
        { name: 'conflict-a', files: { 'usr/share/conflict': 'a\n' } },
        { name: 'conflict-b', files: { 'usr/share/conflict': 'b\n' } },
        { name: 'post-fails', post: 'echo the post is broken >&2\nexit 3' },
        { name: 'post-fails-too', post: 'exit 1' },
        { name: 'renamed-old' },
        { name: 'renamed-new', head: ['Obsoletes: renamed-old < 2'] },
        { name: 'pre-fails', pre: 'echo the pre is broken >&2\nexit 1' },
        { name: 'daemon', post: daemon },
        { name: 'too-big', emptyMebibytes: 400 },
      ],
    },
  ]);
  builder = await openPackageBuilder();
  await copyFile(world.goodKey, join(world.dir, 'os/RPM-GPG-KEY-good'));
  await copyFile(world.goodKey, join(world.dir, 'served/RPM-GPG-KEY-good'));
  const authority = await makeAuthority(builder.base);
  ca = authority.ca;
  http = await servePackages(world.dir);
  https = await servePackages(world.dir, authority);
});
afterAll(async () => {
  http?.close();
  https?.close();
  await builder?.leave();
  await world?.leave();
});
beforeEach(async () => {
  http.faults.clear();
  http.asked.length = 0;
  http.access.user = undefined;
  before = await hostState(builder.base);
});
afterEach(async () => {
  // What others on this host began while something was mounted here has a copy of it until it ends.
  await expect.poll(() => hostState(builder.base), { timeout: 60_000 }).toEqual(before);
});

/** dnf5, which is taken on hosts without dnf 4, cannot install module streams. */
const hasDnf4 = (await hostDnf()) === 'dnf';

test.skipIf(hasDnf4)(
  'module streams and their packages are refused by line where there is dnf5 alone',
  async () => {
    const { problems, left } = await install(['plain', '@tool:2', 'tool', '@nogroup']);
    const message = (name: string) => `'${name}' is of a module stream, which dnf5 cannot install.`;
    expect(problems).toMatchObject([
      { code: 'module-unsupported', message: message('tool'), origin: origin(3) },
      { code: 'module-unsupported', message: message('@tool:2'), origin: origin(2) },
      { code: 'group-missing', origin: origin(4) },
    ]);
    expect(left).toEqual([]);
  },
);

const at = (path: string) => join(world.dir, path);
const fileUrl = (path: string) => `file://${at(path)}`;

/** Builds from the distribution and, besides, `more`, with one list of `names`. */
async function install(
  names: readonly string[],
  more: readonly string[] = [],
  changes: Parameters<PackageBuilder['build']>[0] = {},
) {
  const pkglist = await builder.list('pkglist', names);
  return builder.build({ pkglist, srcdir: [at('os'), ...more].join(','), ...changes });
}

const origin = (line: number) => ({ file: join(builder.base, 'pkglist'), line });
const failed = { packages: undefined };
/** The tree that a failed run began is gone; logs stay when the tree had changed. */
const untouched = { left: [] };
const cleaned = { left: ['.rootimg.lock', 'logs'] };

test('every kind of entry of a pkglist, from folders, HTTP and HTTPS with a private CA', async () => {
  await builder.list('lists/included', ['virtual(thing)', '/usr/bin/pathed', 'glob-*']);
  const first = await builder.list('lists/first', [
    ...['# a comment', 'plain', '#INCLUDE:included#', 'pinned-1.0', 'old-agent.noarch', '@tiny-group'],
    ...(hasDnf4 ? ['@tool:2'] : []),
    ...[`${at('local/by-path-1.0-1.noarch.rpm')}`, 'from-server,from-secure'],
    ...['#NEW_INSTALL_LIST#', '#ENV:TINY_WORD=pass two#', 'second'],
  ]);
  const second = await builder.list('lists/second', ['tiny(shell)']);
  const outcome = await builder.build({
    pkglist: `${first},${second}`,
    srcdir: `${at('os')},${http.address}/served,${https.address}/secure`,
    repositorysettings: `${https.address} sslcacert=${ca}`,
  });
  expect(outcome).toMatchObject({ problems: [], details: [] });
  expect(outcome.packages).toEqual(
    [
      ...['by-path-1.0', 'from-secure-1.0', 'from-server-1.0', 'glob-one-1.0', 'glob-two-1.0'],
      ...['member-a-1.0', 'member-b-1.0', 'old-agent-1.0', 'pathed-1.0', 'pinned-1.0', 'plain-1.0'],
      ...['provider-1.0', 'second-1.0', 'tiny-base-1.0', ...(hasDnf4 ? ['tool-2.0'] : [])],
    ].sort(),
  );
  expect(outcome.warnings).toEqual([
    "No repository has the package 'member-nowhere', which a group of the package lists names.",
  ]);
  expect(outcome.origins).toMatchObject({
    'plain-1.0-1.noarch': fileUrl('os/base'),
    ...(hasDnf4 ? { 'tool-2.0-1.noarch': fileUrl('os/app') } : {}),
    'from-server-1.0-1.noarch': `${http.address}/served`,
    'by-path-1.0-1.noarch': 'file',
  });
  const calm = (word: string) =>
    `umask 0022\ninterfaces 1\nrun ${hasDnf4 ? '' : '/run/dnf '}/run/lock /run/rootimg\ndev 13\nword ${word}\nservice 0\n`;
  expect(builder.text('usr/share/seen')).toBe(calm(''));
  expect(builder.text('usr/share/seen-second')).toBe(calm('pass two'));
  expect(builder.text('usr/share/seen-server')).toBe(calm(''));
});

test('otherpkglists: any number of folders, sub-repositories, removals, update, and the image’s uname by path', async () => {
  const otherpkglist = await builder.list('others', [
    ...['-plain', '--gone-after', 'sub/deep/deep', 'sub/deep/gone-after', 'sub/deep/deeper'],
    ...['#NEW_INSTALL_LIST#', 'kmod-site'],
  ]);
  const outcome = await install(['plain', 'old-agent', 'tiny-uname'], [], {
    otherpkglist,
    ...{ otherpkgdir: `${at('others')},${at('more')}`, kernelver: '5.5.5-tiny' },
  });
  expect(outcome).toMatchObject({ problems: [], details: [] });
  expect(outcome.packages).toEqual(
    [
      ...['deep-1.0', 'deeper-1.0', 'kmod-site-1.0', 'old-agent-1.1', 'tiny-base-1.0', 'tiny-uname-2.0'],
    ].sort(),
  );
  expect(builder.text('usr/share/uname')).toBe('5.5.5-tiny\n5.5.5-tiny\n');
  expect(builder.text('usr/bin/uname')).toContain('echo newer');
});

testInLong('uname also answers by path in the run that replaces it', async () => {
  const otherpkglist = await builder.list('others', ['tiny-uname-2.0', 'kmod-site']);
  const outcome = await install(['tiny-uname'], [], {
    ...{ otherpkglist, otherpkgdir: at('others'), kernelver: '5.5.5-tiny', noupdate: true },
  });
  expect(outcome).toMatchObject({ problems: [], details: [] });
  expect(outcome.packages).toEqual(['kmod-site-1.0', 'tiny-base-1.0', 'tiny-uname-2.0']);
  expect(builder.text('usr/share/uname')).toBe('5.5.5-tiny\n5.5.5-tiny\n');
});

const refused = [
  ['unsigned', 'unsigned', 'a folder'],
  ['wrong', 'wrong-signed', 'a server'],
  ['unsigned', 'unsigned', 'a server'],
  ['wrong', 'wrong-signed', 'a folder'],
] as const;

test.each(refused.slice(0, amount(2, 4)))(
  'a package of the repository %s, %s, is refused by name, of %s',
  async (folder, name, kind) => {
    const place = kind === 'a folder' ? at(folder) : `${http.address}/${folder}`;
    const outcome = await install(['plain', name], [place]);
    expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'signature' }] });
    expect(outcome.problems[0]?.message).toContain(`${name}-1.0-1.noarch`);
  },
);

const checksOff: [string, () => object, string[]][] = [
  ['in its repository', () => ({ repositorysettings: `${at('unsigned')} gpgcheck=no` }), ['unsigned']],
  ['in one run', () => ({ nogpgcheck: true }), ['os/app', 'os/base', 'unsigned']],
];

test.each(checksOff.slice(0, amount(1, 2)))(
  'an unsigned package is taken where the check is off %s, and that is told',
  async (_, changes, unchecked) => {
    const outcome = await install(['unsigned'], [at('unsigned')], changes());
    expect(outcome).toMatchObject({ problems: [], packages: ['tiny-base-1.0', 'unsigned-1.0'] });
    expect(outcome.warnings).toEqual(
      unchecked.map((path) =>
        expect.stringContaining(`packages from ${fileUrl(path)} (pkgdir) are not checked`),
      ),
    );
  },
);

testInLong('a key named by the site counts', async () => {
  const outcome = await install(['wrong-signed'], [at('wrong')], { gpgkeys: world.otherKey });
  expect(outcome).toMatchObject({ problems: [], warnings: [] });
});

test('a key that rpm does not take is told, and dnf gets the others', async () => {
  const broken = await builder.list('broken.asc', ['no key']);
  const outcome = await install(['wrong-signed'], [at('wrong')], { gpgkeys: `${broken},${world.otherKey}` });
  expect(outcome.problems).toEqual([]);
  expect(outcome.packages).toContain('wrong-signed-1.0');
  expect(outcome.warnings.join('\n')).toContain(`rpm does not take the keys ${broken} (`);
});

test('a package file without a signature is refused too', async () => {
  const outcome = await install(['plain', at('unsigned/unsigned-1.0-1.noarch.rpm')]);
  expect(outcome).toMatchObject({ ...failed, problems: [{ code: 'signature' }] });
});

test('a key beside a remote repository is not fetched', async () => {
  const pkglist = await builder.list('pkglist', ['from-server']);
  const outcome = await builder.build({ pkglist, srcdir: `${http.address}/served` });
  expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'no-key' }] });
  expect(http.asked.join()).not.toContain('GPG');
});

test('a server of an unknown CA is told, and nothing has changed', async () => {
  const outcome = await install(['plain'], [`${https.address}/secure`]);
  expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'repository-unreachable' }] });
  expect(outcome.problems[0]?.message).toMatch(/certificate/i);
});

test('an unreachable repository is told by attribute', async () => {
  const outcome = await install(['plain'], ['http://127.0.0.1:9/nowhere']);
  expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'repository-unreachable' }] });
  expect(outcome.problems[0]?.message).toContain('http://127.0.0.1:9/nowhere (pkgdir) cannot be read');
});

const faults = ['missing', 'truncated'] as const;

test.each(faults.slice(0, amount(1, 2)))('a package that is %s on the server', async (fault) => {
  http.faults.set('from-server-1.0', fault);
  const outcome = await install(['plain', 'from-server'], [`${http.address}/served`]);
  expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'download-failed' }] });
  expect(outcome.problems[0]?.message).toContain('from-server-1.0-1.noarch');
});

test('a truncated package of a local folder', async () => {
  const broken = join(builder.base, 'broken');
  await run(['cp', '-a', at('served'), broken]);
  await truncate(join(broken, 'from-server-1.0-1.noarch.rpm'), 2000);
  const outcome = await install(['plain', 'from-server'], [broken]);
  expect(outcome).toMatchObject({ ...failed, ...untouched });
  expect([...outcome.problems.map(({ message }) => message), ...outcome.details].join('\n')).toContain(
    'from-server-1.0-1.noarch',
  );
  await rm(broken, { recursive: true });
});

test('names that nobody has are told by line', async () => {
  const outcome = await install(['plain', 'nosuch', '@tool:9', '/nowhere/x.rpm']);
  expect(outcome).toMatchObject({ ...failed, ...untouched });
  expect(outcome.problems).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ message: "No repository has the package 'nosuch'.", origin: origin(2) }),
      expect.objectContaining({ message: expect.stringContaining("'@tool:9'"), origin: origin(3) }),
      expect.objectContaining({
        message: 'The package file /nowhere/x.rpm cannot be read.',
        origin: origin(4),
      }),
    ]),
  );
});

test('a name that dnf answers with another package has not arrived', async () => {
  const outcome = await install(['plain', 'renamed-old'], [at('trouble')]);
  expect(outcome).toMatchObject({ ...failed, ...cleaned });
  expect(outcome.problems).toEqual([
    {
      code: 'package-not-arrived',
      message: "'renamed-old' is not in the image after its pass.",
      origin: origin(2),
      hint: expect.stringContaining('dnf.log'),
    },
  ]);
});

test('two packages with the same file', async () => {
  const outcome = await install(['conflict-a', 'conflict-b'], [at('trouble')]);
  expect(outcome).toMatchObject({ ...failed, ...untouched, problems: [{ code: 'file-conflict' }] });
  expect(outcome.problems[0]?.message).toMatch(
    /^Packages have the same file: file \/usr\/share\/conflict conflicts .*conflict-[ab]-1\.0/,
  );
});

test('failing %posts of all passes are told together and fail the build', async () => {
  const list = ['post-fails', '#NEW_INSTALL_LIST#', 'post-fails-too'];
  const outcome = await install(list, [at('trouble')]);
  expect(outcome).toMatchObject({ ...failed, ...cleaned });
  expect(outcome.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'scriptlet-failed: A scriptlet failed: %post of post-fails-1.0-1.noarch: exit status 3.\n  the post is broken',
    'scriptlet-failed: A scriptlet failed: %post of post-fails-too-1.0-1.noarch: exit status 1.',
  ]);
});

testInLong('--tolerate-scriptlets makes them warnings', async () => {
  const outcome = await install(['post-fails'], [at('trouble')], { toleratescriptlets: true });
  expect(outcome.packages).toContain('post-fails-1.0');
  expect(outcome.warnings).toEqual([
    'A scriptlet failed, which is tolerated: %post of post-fails-1.0-1.noarch: exit status 3',
  ]);
});

test('a user and password of a repository reach its server and nothing else', async () => {
  http.access.user = 'builder:s3,cret/@';
  const secret = 's3%2Ccret%2F%40';
  const url = http.address.replace('://', `://builder:${secret}@`);
  const missing = await install(['plain', 'nowhere'], [`${url}/served`]);
  expect(missing.problems).toMatchObject([{ code: 'package-missing' }]);
  const outcome = await install(['plain', 'from-server', 'post-fails'], [`${url}/served`, at('trouble')], {
    environvar: `no_proxy=*,http_proxy=http://me:${secret}@127.0.0.1:1`,
    toleratescriptlets: true,
  });
  expect(outcome).toMatchObject({ problems: [] });
  expect(outcome.packages).toEqual(expect.arrayContaining(['from-server-1.0', 'post-fails-1.0']));
  expect(outcome.warnings).toContainEqual(expect.stringContaining('A scriptlet failed, which is tolerated'));
  const argv = ['grep', '-rlE', '--binary-files=text', `${secret}|s3,cret/@`, builder.image];
  expect((await run(argv, { okCodes: [1] })).stdout).toBe('');
  http.access.user = 'another';
  expect(JSON.stringify(await install(['plain'], [`${url}/served`]))).toContain('answers 401');
});

test('proxies of environvar and of #ENV: hold for our own questions too', async () => {
  const through = (name: string) => `${name}=${http.address}`;
  // As a proxy the server is asked for whole addresses.
  const srcdir = ['http://mirror.invalid/served'];
  const environvar = await install(['plain', 'from-server'], srcdir, { environvar: through('http_proxy') });
  expect(environvar).toMatchObject({ problems: [] });
  const line = await install([`#ENV:${through('all_proxy')}#`, 'plain', 'from-server'], srcdir);
  expect(line).toMatchObject({ problems: [] });
  const none = await install(['plain'], srcdir, { environvar: `${through('http_proxy')},no_proxy=.invalid` });
  expect(none.problems).toMatchObject([{ code: 'repository-unreachable' }]);
});

test('a failing %pre keeps its package out, and that cannot be tolerated', async () => {
  const outcome = await install(['pre-fails'], [at('trouble')], { toleratescriptlets: true });
  expect(outcome).toMatchObject({ ...failed, ...cleaned });
  expect(JSON.stringify([outcome.problems, outcome.details])).toContain('pre-fails');
});

test('a daemon that a %post starts ends with its run', async () => {
  const outcome = await install(['daemon'], [at('trouble')]);
  expect(outcome).toMatchObject({ problems: [], warnings: [] });
  expect(builder.text('usr/share/daemon')).toBe('runs\n');
});

test('a daemon that escaped, without our session, parent, environment and folders, would be seen', async () => {
  const script = 'cd /; setsid env -i sleep 86398 </dev/null >/dev/null 2>&1 & echo $!';
  const pid = Number((await run(['sh', '-c', script])).stdout);
  const added = async () => {
    const { processes } = await hostState(builder.base);
    return processes.filter((one) => !before.processes.includes(one));
  };
  try {
    expect(await added()).toEqual([expect.stringMatching(new RegExp(`^${pid} \\d+ .*sleep 86398`))]);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
  await expect.poll(added).toEqual([]);
});

test('a disk that the packages do not fit on', async () => {
  const small = join(builder.base, 'small');
  await mkdir(small);
  await run(['mount', '-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', small]);
  try {
    const outcome = await install(['too-big'], [at('trouble')], { rootimgdir: join(small, 'image') });
    expect(outcome).toMatchObject({ ...failed, problems: [{ code: 'disk-full' }] });
    expect(await readdir(small)).toEqual([]);
  } finally {
    await run(['umount', small]);
    await rm(small, { recursive: true });
  }
});

test('nothing of the host’s package configuration counts', async () => {
  // Whatever the build starts sees these laid over the host's /etc, in a namespace of its own.
  const etc = join(builder.base, 'etc');
  await builder.list('etc/dnf/dnf.conf', ['[main]', 'exclude=second']);
  await builder.list('etc/yum.repos.d/host.repo', [
    ...['[host]', 'name=host', `baseurl=${fileUrl('newer')}`, 'gpgcheck=0', 'enabled=1'],
  ]);
  await builder.list('etc/rpm/macros.site', ['%_netsharedpath /usr/share', '%_dbpath /elsewhere']);
  const unshare = (await findTool('unshare')) ?? '';
  const script = [
    ...['#!/bin/sh', `exec ${unshare} --mount --propagation ${hostPropagation()} sh -ec '`],
    ...[`mount -t overlay -o lowerdir=${etc}:/etc overlay /etc`, `exec ${unshare} "$@"' sh "$@"`],
  ];
  await chmod(await builder.list('bin/unshare', script), 0o755);
  vi.stubEnv('PATH', `${join(builder.base, 'bin')}:${process.env['PATH'] ?? ''}`);
  try {
    const outcome = await install(['plain', 'second']);
    expect(outcome).toMatchObject({ problems: [], details: [] });
    expect(outcome.packages).toEqual(['plain-1.0', 'second-1.0', 'tiny-base-1.0']);
    expect(builder.text('usr/share/plain')).toBe('plain\n');
  } finally {
    vi.unstubAllEnvs();
  }
});
