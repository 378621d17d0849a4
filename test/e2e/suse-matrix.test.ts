import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { hostState, markDescendants } from './lib/host-state.ts';
import { hostZypper } from './lib/host-zypper.ts';
import { openPackageBuilder, type PackageBuilder } from './lib/package-builder.ts';
import { type PackageServer, servePackages } from './lib/package-server.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';

/** Lists of SUSE images, good and bad, by real zypper over tiny packages: each case with its outcome. */
let world: TinyWorld;
let builder: PackageBuilder;
let http: PackageServer;
let before: unknown;

const host = async () => [await hostState(builder.base), await hostZypper()];

const vendor = (name: string) => ({ head: [`Vendor: ${name}`] });

beforeAll(async () => {
  await markDescendants();
  world = await makeTinyWorld([
    {
      path: 'os',
      signedBy: 'good',
      packages: [
        { name: 'plain', post: 'grep -c : /proc/net/dev >/usr/share/interfaces' },
        { name: 'agent', version: '1.0', ...vendor('SUSE') },
        { name: 'patterns-base', head: ['Provides: pattern() = base', 'Requires: plain'] },
        { name: 'kernel-default', version: '1.0' },
        { name: 'wants-more', head: ['Recommends: agent'] },
      ],
    },
    {
      path: 'others',
      signedBy: 'good',
      packages: [
        { name: 'agent', version: '1.1', ...vendor('SUSE') },
        { name: 'kernel-default', version: '1.1' },
      ],
    },
    { path: 'others/sub', signedBy: 'good', packages: [{ name: 'deep' }, { name: 'gone-after' }] },
    {
      path: 'elsewhere',
      signedBy: 'good',
      packages: [
        { name: 'agent', version: '2.0', ...vendor('Other') },
        { name: 'needs-other', head: ['Requires: agent = 2.0'] },
      ],
    },
    {
      path: 'tied',
      signedBy: 'good',
      packages: [
        { name: 'plain', version: '2.0', head: ['Requires: kernel-default = 1.1'] },
        { name: 'kernel-default', version: '1.1' },
        { name: 'tied' },
      ],
    },
    { path: 'local', signedBy: 'good', packages: [{ name: 'by-path' }] },
    {
      path: 'served',
      signedBy: 'good',
      packages: [{ name: 'from-server', post: 'grep -c : /proc/net/dev >/usr/share/interfaces' }],
    },
    { path: 'unsigned', signedBy: 'nobody', packages: [{ name: 'unsigned' }] },
    { path: 'wrong', signedBy: 'other', packages: [{ name: 'wrong-signed' }] },
    {
      path: 'trouble',
      signedBy: 'good',
      packages: [
        { name: 'same-a', files: { 'usr/share/same': 'a\n' } },
        { name: 'same-b', files: { 'usr/share/same': 'b\n' } },
        { name: 'broken-need', head: ['Requires: nowhere-at-all'] },
        { name: 'post-fails', post: 'echo the post is broken >&2\nexit 3' },
        { name: 'pre-fails', pre: 'echo the pre is broken >&2\nexit 1' },
        { name: 'licensed' },
        { name: 'too-big', emptyMebibytes: 400 },
      ],
    },
  ]);
  builder = await openPackageBuilder();
  await copyFile(world.goodKey, at('os/gpg-pubkey-good.asc'));
  await copyFile(world.goodKey, at('served/gpg-pubkey-good.asc'));
  await addLicence(at('trouble'), 'licensed', 'Give us all.');
  http = await servePackages(world.dir);
});
afterAll(async () => {
  http?.close();
  await builder?.leave();
  await world?.leave();
});
beforeEach(async () => {
  http.faults.clear();
  before = await host();
});
afterEach(async () => {
  // What others on this host began while something was mounted here has a copy of it until it ends.
  await expect.poll(host, { timeout: 60_000 }).toEqual(before);
});

const at = (path: string) => join(world.dir, path);
const origin = (line: number) => ({ file: join(builder.base, 'pkglist'), line });
/** Nothing on the disk has changed; or the tree that was begun is gone, and its logs tell why. */
const untouched = { packages: undefined, left: [] };
const cleaned = { packages: undefined, left: ['.rootimg.lock', 'logs'] };

/** SUSE's way to say a licence: susedata.xml beside the other metadata. */
async function addLicence(repository: string, name: string, text: string): Promise<void> {
  const repodata = join(repository, 'repodata');
  const repomd = await readFile(join(repodata, 'repomd.xml'), 'utf8');
  const primary = /repodata\/([^"]*primary\.xml\.gz)/.exec(repomd)?.[1] ?? '';
  const listed = gunzipSync(await readFile(join(repodata, primary))).toString();
  const entry =
    listed.split('<package type="rpm">').find((one) => one.includes(`<name>${name}</name>`)) ?? '';
  const id = /pkgid="YES">(\w+)</.exec(entry)?.[1];
  const file = join(world.dir, 'susedata.xml');
  await writeFile(
    file,
    `<?xml version="1.0"?><susedata xmlns="http://linux.duke.edu/metadata/susedata" packages="1">
<package pkgid="${id}" name="${name}" arch="noarch"><version epoch="0" ver="1.0" rel="1"/><eula>${text}</eula></package></susedata>`,
  );
  await run(['modifyrepo_c', '--mdtype=susedata', file, repodata]);
}

async function install(
  names: readonly string[],
  more: readonly string[] = [],
  changes: Parameters<PackageBuilder['build']>[0] = {},
  keep?: 'keep',
) {
  const pkglist = await builder.list('pkglist', names);
  return builder.build(
    { osvers: 'sles12.5', pkglist, srcdir: [at('os'), ...more].join(','), ...changes },
    keep,
  );
}

test('names, patterns, versions, files; nothing that is only recommended; scripts without a network', async () => {
  const list = [
    '@base',
    'agent=1.0',
    'wants-more',
    '#NEW_INSTALL_LIST#',
    join(at('local'), 'by-path-1.0-1.noarch.rpm'),
  ];
  const outcome = await install([...list, 'from-server'], [`${http.address}/served`]);
  expect(outcome).toMatchObject({ problems: [] });
  expect(outcome.packages).toEqual([
    'agent-1.0',
    'by-path-1.0',
    'from-server-1.0',
    'patterns-base-1.0',
    'plain-1.0',
    'tiny-base-1.0',
    'wants-more-1.0',
  ]);
  expect(outcome.origins['from-server-1.0-1.noarch']).toBe(`${http.address}/served`);
  expect(outcome.origins['plain-1.0-1.noarch']).toBe(`file://${at('os')}`);
  expect(builder.text('usr/share/interfaces')).toBe('1\n');
});

test('passes of an otherpkglist: removed before and after, updated, but for a kernel of a version', async () => {
  const otherpkglist = await builder.list('otherpkglist', [
    '-wants-more',
    'sub/deep',
    'sub/gone-after',
    '--gone-after',
    'agent',
  ]);
  const changes = { otherpkglist, otherpkgdir: at('others'), kernelver: '1.0-default', krpmver: '1.0' };
  const outcome = await install(['plain', 'agent', 'wants-more', 'kernel-default'], [], changes);
  expect(outcome).toMatchObject({ problems: [] });
  expect(outcome.packages).toEqual([
    'agent-1.1',
    'deep-1.0',
    'kernel-default-1.0',
    'plain-1.0',
    'tiny-base-1.0',
  ]);
});

test('names that nobody has are told by line, patterns too', async () => {
  const outcome = await install(['plain', 'nosuch', '@none', 'plain=7', '#NEW_INSTALL_LIST#', 'later']);
  expect(outcome).toMatchObject(untouched);
  expect(outcome.problems).toEqual(
    expect.arrayContaining([
      { code: 'package-missing', message: "No repository has the package 'nosuch'.", origin: origin(2) },
      { code: 'pattern-missing', message: "No repository has the pattern 'none'.", origin: origin(3) },
      { code: 'package-missing', message: "No repository has the package 'later'.", origin: origin(6) },
    ]),
  );
});

test.each([
  ['unsigned', 'unsigned'],
  ['wrong', 'wrong-signed'],
])('packages of %s are refused; --no-gpgcheck takes them and says so', async (path, name) => {
  const refused = await install(['plain', name], [at(path)]);
  expect(refused).toMatchObject({ ...cleaned, problems: [{ code: 'signature' }] });
  expect(refused.problems[0]?.message).toContain(name);
  const taken = await install(['plain', name], [at(path)], { nogpgcheck: true });
  expect(taken.packages).toContain(`${name}-1.0`);
  expect(taken.warnings.join('\n')).toContain('not checked (--no-gpgcheck)');
});

test('metadata that was signed and changed since is refused', async () => {
  const copy = join(builder.base, 'tampered');
  await run(['cp', '-a', at('served'), copy]);
  await writeFile(join(copy, 'repodata/repomd.xml.asc'), 'no signature\n');
  expect(await install(['plain'], [copy])).toMatchObject({ ...untouched, problems: [{ code: 'signature' }] });
  await rm(copy, { recursive: true });
});

testInLong('a server that nobody reaches, and a repository that is not there', async () => {
  const outcome = await install(['plain'], ['http://127.0.0.1:9/nowhere', `${http.address}/none`]);
  expect(outcome).toMatchObject(untouched);
  expect(outcome.problems.map(({ code }) => code)).toEqual([
    'repository-unreachable',
    'repository-unreachable',
  ]);
});

// libzypp waits two minutes for the rest of a file.
const faults = amount(1, 2) === 1 ? (['missing'] as const) : (['missing', 'truncated'] as const);
test.each(faults)('a package that is %s on the server', async (fault) => {
  http.faults.set('from-server-1.0', fault);
  const outcome = await install(['plain', 'from-server'], [`${http.address}/served`]);
  expect(outcome).toMatchObject({ packages: undefined });
  expect(JSON.stringify([outcome.problems, outcome.details])).toContain('from-server-1.0-1.noarch');
});

/** One byte near the end of a file, of what a package brings, becomes another. */
async function tamper(path: string): Promise<void> {
  const content = await readFile(path);
  content[content.length - 20]! ^= 1;
  await writeFile(path, content);
}

testInLong.each([
  ['truncated', (path: string) => truncate(path, 2000)],
  ['changed', tamper],
] as const)('a package of a folder that was %s since the metadata was made', async (_how, damage) => {
  const broken = join(builder.base, 'broken');
  await run(['cp', '-a', at('served'), broken]);
  await damage(join(broken, 'from-server-1.0-1.noarch.rpm'));
  const outcome = await install(['plain', 'from-server'], [broken]);
  expect(outcome).toMatchObject({ packages: undefined });
  expect(JSON.stringify([outcome.problems, outcome.details])).toContain('from-server-1.0-1.noarch');
  await rm(broken, { recursive: true });
});

test('a package that was changed after it was signed is refused, though the metadata tells of it', async () => {
  const broken = join(builder.base, 'broken');
  await run(['cp', '-a', at('served'), broken]);
  await tamper(join(broken, 'from-server-1.0-1.noarch.rpm'));
  await run(['createrepo_c', '--quiet', '--no-database', broken]);
  const outcome = await install(['plain', 'from-server'], [broken]);
  expect(outcome).toMatchObject({ ...cleaned, problems: [{ code: 'signature' }] });
  expect(outcome.problems[0]?.message).toContain('from-server');
  await rm(broken, { recursive: true });
});

test('a medium of products without the module that every image needs is refused by name', async () => {
  const medium = join(builder.base, 'medium');
  await mkdir(medium);
  await run(['cp', '-a', at('os'), join(medium, 'Product-SLES')]);
  const outcome = await install(['plain'], [], { srcdir: medium });
  expect(outcome).toMatchObject({ ...untouched, problems: [{ code: 'module-missing' }] });
  expect(outcome.problems[0]?.message).toContain(`${medium} has Product-SLES`);
  await rm(medium, { recursive: true });
});

test('a kernel that is locked stays in an update, and so does what would need another one', async () => {
  const otherpkglist = await builder.list('otherpkglist', ['tied']);
  const changes = { otherpkglist, otherpkgdir: at('tied'), kernelver: '1.0-default', krpmver: '1.0' };
  const outcome = await install(['plain', 'kernel-default'], [], changes);
  expect(outcome).toMatchObject({ problems: [] });
  expect(outcome.packages).toEqual(['kernel-default-1.0', 'plain-1.0', 'tied-1.0', 'tiny-base-1.0']);
});

test('a conflict is told as zypper words it, and not answered', async () => {
  const outcome = await install(['plain', 'broken-need'], [at('trouble')]);
  expect(outcome).toMatchObject({ ...untouched, problems: [{ code: 'packages-conflict' }] });
  expect(outcome.problems[0]?.message).toMatch(/nowhere-at-all.*\n.*Solution 1: /s);
});

testInLong('two packages with the same file', async () => {
  const outcome = await install(['same-a', 'same-b'], [at('trouble')]);
  expect(outcome).toMatchObject({ ...cleaned, problems: [{ code: 'file-conflict' }] });
  expect(outcome.problems[0]?.message).toContain('/usr/share/same of same-');
});

test('a failing %post is told and fails the build, unless it is tolerated; a failing %pre always does', async () => {
  const failed = await install(['post-fails'], [at('trouble')]);
  expect(failed).toMatchObject({ ...cleaned, problems: [{ code: 'scriptlet-failed' }] });
  expect(failed.problems[0]?.message).toMatch(/%post.*post-fails-1\.0-1\.noarch.*\n.*the post is broken/s);
  const tolerated = await install(['post-fails'], [at('trouble')], { toleratescriptlets: true });
  expect(tolerated.packages).toContain('post-fails-1.0');
  const pre = await install(['pre-fails'], [at('trouble')], { toleratescriptlets: true });
  expect(pre).toMatchObject({ ...cleaned, problems: [{ code: 'scriptlet-failed' }] });
  expect(pre.problems[0]?.message).toMatch(/%prein of pre-fails-1\.0-1\.noarch.*\n.*the pre is broken/s);
});

test('a licence is shown, and agreed to only when that was said; its text is kept', async () => {
  const asked = await install(['licensed'], [at('trouble')]);
  expect(asked).toMatchObject({ packages: undefined, problems: [{ code: 'licence' }] });
  expect(asked.problems[0]?.message).toContain('Give us all.');
  const agreed = await install(['licensed'], [at('trouble')], { acceptlicenses: true });
  expect(agreed.packages).toContain('licensed-1.0');
  expect(await readFile(join(builder.image, 'logs/licenses.log'), 'utf8')).toContain('Give us all.');
});

testInLong('another vendor takes no package over, unless that was said', async () => {
  await install(['agent']);
  const refused = await install(['needs-other'], [at('elsewhere')], {}, 'keep');
  expect(refused).toMatchObject({ packages: undefined, problems: [{ code: 'packages-conflict' }] });
  expect(refused.problems[0]?.hint).toContain('--allow-vendor-change');
  await install(['agent']);
  const allowed = await install(['needs-other'], [at('elsewhere')], { allowvendorchange: true }, 'keep');
  expect(allowed.packages).toEqual(expect.arrayContaining(['agent-2.0', 'needs-other-1.0']));
});

test('a disk that the packages do not fit on', async () => {
  const small = join(builder.base, 'small');
  await mkdir(small);
  await run(['mount', '-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', small]);
  try {
    const outcome = await install(['too-big'], [at('trouble')], { rootimgdir: join(small, 'image') });
    expect(outcome).toMatchObject({ packages: undefined, problems: [{ code: 'disk-full' }] });
  } finally {
    await run(['umount', small]);
    await rm(small, { recursive: true });
  }
});
