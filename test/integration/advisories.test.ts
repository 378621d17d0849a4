import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePackWorld, type PackWorld } from './pack/world.ts';

let world: PackWorld;
const planted = 200;

/** One of 400 packages: every second one is too old for its advisory. */
interface Planted {
  readonly name: string;
  readonly installed: string;
  readonly fixed: string;
  readonly isOpen: boolean;
}

const packages: readonly Planted[] = Array.from({ length: 2 * planted }, (_, index) => {
  const isOpen = index % 2 === 1;
  const [older, newer] = [
    ['1.9-1', '1.10-1'],
    ['2.0~rc1-1', '2.0-1'],
    ['3-1', '1:1-1'],
    ['4.1-9', '4.1-10'],
  ][(index >> 1) % 4] as [string, string];
  // Those that are not open have the version itself, or a newer one.
  const installed = isOpen ? older : index % 4 === 0 ? newer : '9:1-1';
  return { name: `p${index}`, installed, fixed: newer, isOpen };
});
const open = packages.filter(({ isOpen }) => isOpen);

function manifestOf(osvers: string, words: readonly string[]): string {
  const image = { name: 'myimg', osvers, arch: 'x86_64', profile: 'compute' };
  const initrd = { size: 1, sha256: 'x', compressor: 'gzip', modules: [] };
  const build = {
    ...{ finished: '2026-01-01T00:00:00Z', kernelVersion: '1', packages: words.map((nevra) => ({ nevra })) },
    ...{ repositories: [], files: [], initrd, tools: {}, warnings: [], times: {} },
  };
  return JSON.stringify({ schema: 1, image, build });
}

const rpms = packages.map(({ name, installed }) => `${name}-${installed}.el9.x86_64`);
const debs = packages.map(({ name, installed }) => `${name}_${installed}_amd64`);

/** An updateinfo.xml as createrepo_c has them, with what must not be taken for an open advisory. */
function updateinfo(): string {
  const fix = (name: string, evr: string, arch = 'x86_64') => {
    const [, epoch = '0', version, release] = /^(?:(\d+):)?(.*)-(.*)$/.exec(evr) ?? [];
    return `<package name="${name}" version="${version}" release="${release}.el9" epoch="${epoch}" arch="${arch}" src="${name}.src.rpm"><filename>x.rpm</filename></package>`;
  };
  const update = (id: string, list: string, more = 'status="final"') =>
    `<update from="a@b" ${more} type="security" version="2"><id>${id}</id><title>T &amp; &lt;id&gt;</title><severity>Important</severity>
<description>&lt;!ENTITY a "b"&gt; &a;</description><references><reference href="http://a/?b&amp;c" id="CVE-1" type="cve" title="x"/></references>
<pkglist><collection short="c"><name>c</name>${list}</collection></pkglist></update>`;
  return `<?xml version="1.0"?>\n<!DOCTYPE updates [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;">]>\n<updates>
${packages.map(({ name, fixed }) => update(`RHSA-${name}`, fix(name, fixed) + fix(name, '99:1-1', 'src'))).join('\n')}
${update('RHSA-other-arch', fix('p1', '99:1-1', 'aarch64'))}${update('RHSA-absent', fix('absent', '99:1-1'))}
${update('RHSA-retracted', fix('p1', '99:1-1'), 'status="retracted"')}
<!-- ${update('RHSA-comment', fix('p1', '99:1-1'))} -->
${update('RHSA-module', `<module name="m" stream="1" version="1" context="c" arch="x86_64"/>${fix('p1', '99:1-1')}`)}
</updates>\n`;
}

const ids = (stdout: string): string[] =>
  JSON.parse(stdout)
    .advisories.map(({ id }: { id: string }) => id)
    .sort();
const expectedRpms = open.map(({ name }) => `RHSA-${name}`).sort();

beforeAll(async () => {
  world = makePackWorld();
  world.write('list', 'bash\n');
  await world.define({ pkglist: `${world.base}/list`, pkgdir: `${world.base}/repo` });
  world.write('updateinfo.xml', updateinfo());
});
afterAll(() => world.remove());

/** A repository that carries the advisories; its file lies below `repodata`. */
function repository(compression: 'gz' | 'xz' | 'zst'): void {
  const repo = `${world.base}/repo`;
  execFileSync('rm', ['-rf', repo]);
  mkdirSync(repo);
  execFileSync('createrepo_c', ['--quiet', '--no-database', repo]);
  const type = compression === 'xz' ? 'xz' : 'gz';
  const update = [`--compress-type=${type}`, `${world.base}/updateinfo.xml`, `${repo}/repodata`];
  execFileSync('modifyrepo_c', update, { stdio: 'ignore' });
  // The tool of this host may not know zstd.
  const again = `old=$(ls repodata/*updateinfo.xml.gz); zstd -q -o "\${old%.gz}.zst" updateinfo; sum=$(sha256sum "\${old%.gz}.zst")
sed -i -e "s|$old|\${old%.gz}.zst|" -e "/type=.updateinfo/,/<.data>/s|\\(<checksum type=.sha256.>\\)[^<]*|\\1\${sum%% *}|" repodata/repomd.xml
rm "$old"`;
  if (compression === 'zst')
    execFileSync('sh', ['-ec', `cp ../updateinfo.xml updateinfo; ${again}`], { cwd: repo });
}

test('200 that a repository carries are found, and no other', async () => {
  repository('gz');
  world.write('image/manifest.json', manifestOf('rocky9.4', rpms));
  const { code, stdout } = await world.run('rootimg check --advisories --json myimg');
  expect(ids(stdout)).toEqual(expectedRpms);
  expect(code).toBe(1);
  const { problems } = JSON.parse(stdout);
  const of = (name: string) =>
    problems.find(({ message }: { message: string }) => message.startsWith(`RHSA-${name} `))?.message;
  expect(of('p1')).toBe('RHSA-p1 (security, Important): p1 1.9-1.el9 → 1.10-1.el9.');
});

test.each(['xz', 'zst'] as const)('so they are packed with %s', async (compression) => {
  repository(compression);
  world.write('old/manifest.json', manifestOf('rocky9.4', rpms));
  world.write('new/manifest.json', manifestOf('rocky9.4', []));
  const { stdout } = await world.run('rootimg diff --advisories --json old/manifest.json new/manifest.json');
  const { advisories } = JSON.parse(stdout);
  expect(advisories.fixed.map(({ id }: { id: string }) => id).sort()).toEqual(expectedRpms);
});

test('an image that needs none of them has none open; a repository without says so', async () => {
  const last = packages.map(({ name, fixed }) => `${name}-${fixed}.el9.x86_64`);
  world.write('image/manifest.json', manifestOf('rocky9.4', last));
  const { stdout } = await world.run('rootimg check --advisories --json myimg');
  expect(ids(stdout)).toEqual([]);
  execFileSync('createrepo_c', ['--quiet', '--no-database', `${world.base}/repo`]);
  const without = JSON.parse((await world.run('rootimg check --advisories --json myimg')).stdout);
  expect(without.notChecked).toContainEqual({
    what: expect.stringMatching(/^advisories of file:.*\/repo$/),
    why: 'it carries no updateinfo',
  });
});

test('an updateinfo that is not the one of repomd.xml is not believed', async () => {
  repository('gz');
  const [name = ''] = execFileSync('sh', ['-c', 'ls repodata/*updateinfo*'], { cwd: `${world.base}/repo` })
    .toString()
    .split('\n');
  execFileSync('sh', ['-c', `echo x | gzip > ${name}`], { cwd: `${world.base}/repo` });
  const { stdout } = await world.run('rootimg check --advisories --json myimg');
  expect(JSON.parse(stdout).notChecked).toContainEqual(
    expect.objectContaining({ why: `its ${name} is not the one that its repomd.xml means` }),
  );
});

test('of Debian images the tracker and changelogs tell, given as files', async () => {
  world.write('image/manifest.json', manifestOf('debian12', debs));
  await world.run('chdef -t osimage -o myimg osvers=debian12');
  const fault = (version: string) => ({
    description: 'd',
    releases: {
      bookworm: { status: 'resolved', fixed_version: version, urgency: 'low' },
      trixie: { status: 'resolved', fixed_version: '99:1', urgency: 'low' },
    },
  });
  const tracker: Record<string, object> = {
    absent: { 'CVE-2024-9999': fault('99:1') },
    never: { 'CVE-2024-9998': fault('0') },
    __proto__: {},
  };
  packages.forEach(({ name, fixed }, index) => {
    tracker[name] = { [`CVE-2024-${1000 + index}`]: fault(fixed), 'CVE-2024-9997': fault('0') };
  });
  world.write('tracker.json', JSON.stringify(tracker));
  const expected = open.map(({ name }) => `CVE-2024-${1000 + Number(name.slice(1))}`).sort();
  const tracked = await world.run('rootimg check --advisories=tracker.json --json myimg');
  expect(ids(tracked.stdout)).toEqual(expected);

  const changelog = packages
    .map(
      ({ name, fixed }, index) =>
        `${name} (99:9-1) unstable; urgency=medium\n\n  * Nothing of CVE.\n\n -- A <a@b>  Mon, 01 Jan 2024 00:00:00 +0000\n\n${name} (${fixed}) unstable; urgency=high\n\n  * Fix CVE-2024-${1000 + index}.\n\n -- A <a@b>  Mon, 01 Jan 2024 00:00:00 +0000\n`,
    )
    .join('\n');
  world.write('changelogs', changelog);
  execFileSync('gzip', [`${world.base}/changelogs`]);
  const logged = await world.run('rootimg check --advisories=changelogs.gz --json myimg');
  expect(ids(logged.stdout)).toEqual(expected);
  const none = JSON.parse((await world.run('rootimg check --advisories --json myimg')).stdout);
  expect(none.notChecked).toContainEqual(expect.objectContaining({ what: 'advisories' }));
  await world.run('chdef -t osimage -o myimg osvers=rocky9.4');
});

test('rootimg diff --advisories tells what the way from one image to another mends', async () => {
  repository('gz');
  world.write('old/manifest.json', manifestOf('rocky9.4', rpms));
  const half = packages.map(
    ({ name, installed, fixed }, index) => `${name}-${index < planted ? fixed : installed}.el9.x86_64`,
  );
  world.write('new/manifest.json', manifestOf('rocky9.4', [...half, 'q-1-1.el9.x86_64']));
  const text = readFileSync(`${world.base}/updateinfo.xml`, 'utf8');
  const q =
    '<update type="bugfix"><id>RHBA-q</id><pkglist><collection><package name="q" version="2" release="1.el9" epoch="0" arch="x86_64"/></collection></pkglist></update>';
  writeFileSync(`${world.base}/all.xml`, text.replace('</updates>', `${q}</updates>`));
  const all = await world.run('rootimg diff --json --advisories=all.xml old/manifest.json new/manifest.json');
  const { advisories } = JSON.parse(all.stdout);
  expect(advisories.fixed).toHaveLength(planted / 2);
  expect(advisories.stillOpen).toBe(planted / 2);
  expect(advisories.opened).toMatchObject([
    { id: 'RHBA-q', type: 'bugfix', packages: [{ installed: '1-1.el9' }] },
  ]);
  const { stdout, code } = await world.run('rootimg diff --advisories old/manifest.json new/manifest.json');
  expect(code).toBe(1);
  expect(stdout).toContain('advisories: 100 fixed, 0 opened, 100 open in both\n');
  expect(stdout).toContain('  - RHSA-p1 (security, Important): p1 1.9-1.el9 → 1.10-1.el9\n');
});

test('a file that is none is named', async () => {
  world.write('other.txt', 'hello\n');
  const { stderr, code } = await world.run('rootimg check --advisories=other.txt myimg');
  expect([code, stderr]).toEqual([1, expect.stringContaining('other.txt has no advisories for this image')]);
  world.write('cut.xml', '<updates><update type="security"><id>A</id>');
  const cut = await world.run('rootimg check --advisories=cut.xml myimg');
  expect(cut.stderr).toContain('ends within the advisory A');
  expect(
    await world.run('rootimg diff --advisories=nowhere old/manifest.json new/manifest.json'),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nowhere cannot be read'),
  });
});
