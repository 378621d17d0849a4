import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BuildContext, localBuildFolder } from '../../../src/genimage/build-context.ts';
import { preflight } from '../../../src/genimage/preflight.ts';
import { dnf } from '../../../src/packages/dnf/dnf.ts';
import { checkTools } from '../../../src/genimage/preflight/tools.ts';
import { type Problem, ProblemsError } from '../../../src/base/errors.ts';
import type { BuildPlan } from '../../../src/plan/build-plan.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';

let base: string;
let path: string | undefined;
const context = (): BuildContext => ({
  reporter: silentReporter(),
  dracutModuleDir: join(process.cwd(), 'share/xcat/netboot/common/dracut/97rootimg'),
  dryRunLine: 'cd /netboot/rh; ./genimage compute',
  localLine: `./genimage --rootimgdir ${localBuildFolder} compute`,
  command: 'genimage compute',
});

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-preflight-'));
  path = process.env['PATH'];
  await mkdir(join(base, 'bin'));
  await mkdir(join(base, 'repo/repodata'), { recursive: true });
  await writeFile(join(base, 'repo/repodata/repomd.xml'), '');
  await writeFile(join(base, 'key'), '');
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(base, { recursive: true, force: true });
});

/** A program that is found before the real one. */
async function fake(name: string, script: string): Promise<void> {
  const file = join(base, 'bin', name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  process.env['PATH'] = `${join(base, 'bin')}:${path}`;
}

function plan(changes: Partial<BuildPlan> = {}): BuildPlan {
  const { image } = aPlan();
  return aPlan({
    image: { ...image, rootimgdir: join(base, 'deep/down/image') },
    repositories: [{ id: 'pkgdir-0', url: `file://${base}/repo`, from: 'pkgdir' }],
    keys: [join(base, 'key')],
    ...changes,
  });
}

async function problemsOf(changes: Partial<BuildPlan> = {}): Promise<readonly Problem[]> {
  const before = (await readdir(base, { recursive: true })).sort();
  const error = await preflight(plan(changes), context()).catch((reason: unknown) => reason);
  expect((await readdir(base, { recursive: true })).sort()).toEqual(before);
  expect(error).toBeInstanceOf(ProblemsError);
  return (error as ProblemsError).problems;
}

test('a host that fits passes, and keeps nothing of the trials', async () => {
  const before = (await readdir(base, { recursive: true })).sort();
  await fake('uname', 'echo x86_64');
  const host = await preflight(plan(), context());
  expect(host.arch).toBe('x86_64');
  expect((await readdir(base, { recursive: true })).sort()).toEqual([...before, 'bin/uname'].sort());
});

test('a host of another architecture is told with the line for a matching node, found through PATH', async () => {
  await fake('uname', 'echo ppc64');
  const problems = await problemsOf();
  expect(problems.map((p) => p.message)).toEqual([
    'The image compute is for x86_64, but this host is ppc64.',
  ]);
  expect(problems[0]?.hint).toContain('cd /netboot/rh; ./genimage compute');
});

test.each(['i386', 'i686'])('%s is x86', async (machine) => {
  await fake('uname', `echo ${machine}`);
  const { image } = plan();
  await expect(preflight(plan({ image: { ...image, arch: 'x86' } }), context())).resolves.toMatchObject({
    arch: 'x86',
  });
});

test('repositories, keys and scripts that are not there are told together', async () => {
  await fake('uname', 'echo x86_64');
  const problems = await problemsOf({
    repositories: [
      { id: 'pkgdir-0', url: `file://${base}/nowhere`, from: 'pkgdir' },
      { id: 'otherpkgdir-0', url: 'http://127.0.0.1:9/other', from: 'otherpkgdir' },
    ],
    keys: [],
    postinstall: [
      { path: join(base, 'gone.sh'), args: [] },
      { path: join(base, 'key'), args: [] },
    ],
  });
  expect(problems.map((p) => p.message)).toEqual([
    `The postinstall script ${base}/gone.sh does not exist.`,
    `The postinstall script ${base}/key is not executable.`,
    expect.stringContaining('There is no key'),
    `The repository file://${base}/nowhere (pkgdir) cannot be read: there is no ${base}/nowhere/repodata/repomd.xml.`,
    expect.stringContaining('The repository http://127.0.0.1:9/other (otherpkgdir) cannot be read'),
  ]);
});

test('a tool that is not installed is told with its package and its use', async () => {
  const found = await checkTools(dnf.tools, {}, async (name) =>
    name === 'dnf' ? undefined : `/usr/bin/${name}`,
  );
  expect(found).toEqual([
    {
      code: 'tool-missing',
      message: 'dnf is not installed; it installs the packages into the tree.',
      hint: 'Install the package dnf (or dnf5).',
    },
  ]);
});

test('a folder where root may not do what packages do is told with the commands for a local one', async () => {
  await fake('uname', 'echo x86_64');
  await fake('mknod', 'echo "mknod: Operation not permitted" >&2; exit 1');
  await fake('setcap', 'echo "setcap: Operation not supported" >&2; exit 1');
  const problems = await problemsOf();
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain('make a device node (mknod: Operation not permitted)');
  expect(problems[0]?.message).toContain('setcap: Operation not supported');
  expect(problems[0]?.hint).toMatch(
    /\.\/genimage --rootimgdir (\S+) compute\nmkdir -p \S+ && tar .* -C \1 rootimg\/\. --file (\S+\/deep\/down\/image\/staged-tree\.tar)\.part && rm -f \2\.sha256 && mv \2\.part \2\ncp \1\/kernel .*\/deep\/down\/image\/\n.*--stage \1$/,
  );
});
