import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProblemsError } from '../../src/base/errors.ts';
import type { Installation } from '../../src/kit/installation.ts';
import { installSystem, uninstallSystem } from '../../tools/install-system/install.ts';
import { readRecord, recordPath, writeRecord } from '../../tools/install-system/record.ts';

const profile = 'share/xcat/netboot/rh/compute.rhels9.x86_64.pkglist';
const program = 'share/rootimg/dist/main.mjs';
const withNode = `${dirname(process.execPath)}:${process.env['PATH']}`;

let folder: string;
let source: Installation;
let prefix: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-install-'));
  prefix = join(folder, 'opt/rootimg');
  const root = join(folder, 'checkout');
  const netboot = join(root, 'share/xcat/netboot');
  await mkdir(join(root, 'dist/node'), { recursive: true });
  await mkdir(join(root, 'dist/tools'), { recursive: true });
  // Two families are enough: one of real files, one of links to it.
  for (const name of ['common', 'rh', 'rocky']) {
    await cp(join('share/xcat/netboot', name), join(netboot, name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  await cp('bin', join(root, 'bin'), { recursive: true });
  await writeFile(join(root, 'dist/tools/test.mjs'), 'not to be installed\n');
  await writeFile(
    join(root, 'dist/node/genimage.mjs'),
    'console.log("on the node", process.argv.slice(2).join(" "));\n',
  );
  await writeFile(join(root, 'dist/main.mjs'), mainModule('1'));
  source = { root, netboot, dist: join(root, 'dist') };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Stands for the program: says what it was called as. */
function mainModule(release: string): string {
  return `export const main = (argv, name) => console.log(${JSON.stringify(release)}, name, argv.join(' '));\n`;
}

function install() {
  return installSystem({ prefix }, source);
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}

const read = (path: string) => readFile(join(prefix, path), 'utf8');

describe('install-system', () => {
  it('installs commands that work from their prefix, also through a link', async () => {
    const report = await install();
    expect(report.written).toBe(report.files);
    const answer = execFileSync(join(prefix, 'bin/chdef'), ['-o', 'my image'], {
      env: { PATH: withNode },
      encoding: 'utf8',
    });
    expect(answer).toBe('1 chdef -o my image\n');
    await symlink(join(prefix, 'bin/lsdef'), join(folder, 'lsdef'));
    expect(execFileSync(join(folder, 'lsdef'), [], { env: { PATH: withNode }, encoding: 'utf8' })).toBe(
      '1 lsdef \n',
    );
  });

  it('installs each family whole, with real files of fixed modes whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      await install();
    } finally {
      process.umask(before);
    }
    const rocky = join(prefix, 'share/xcat/netboot/rocky');
    expect(execFileSync('find', [prefix, '-type', 'l'], { encoding: 'utf8' })).toBe('');
    expect((await stat(join(rocky, 'compute.rocky9.x86_64.postinstall'))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(rocky, 'compute.rocky9.x86_64.pkglist'))).mode & 0o7777).toBe(0o644);
    expect((await stat(rocky)).mode & 0o7777).toBe(0o755);
    const answer = execFileSync('./genimage', ['-a', 'x86_64'], {
      cwd: rocky,
      env: { PATH: withNode },
      encoding: 'utf8',
    });
    expect(answer).toBe('on the node -a x86_64\n');
    expect(await filesBelow(prefix)).not.toContain('share/rootimg/dist/tools/test.mjs');
  });

  it('works below a destdir and names the prefix without it', async () => {
    const report = await installSystem({ prefix: '/opt/rootimg', destdir: join(folder, 'pkg') }, source);
    expect(report.target).toBe(join(folder, 'pkg/opt/rootimg'));
    const answer = execFileSync(join(report.target, 'bin/rootimg'), ['kit'], {
      env: { PATH: withNode },
      encoding: 'utf8',
    });
    expect(answer).toBe('1 rootimg kit\n');
  });

  it('refuses a prefix with a live xCAT and writes nothing', async () => {
    await mkdir(join(prefix, 'sbin'), { recursive: true });
    await writeFile(join(prefix, 'sbin/xcatd'), '');
    await expect(install()).rejects.toThrow(/xCAT lives below/);
    expect(await filesBelow(prefix)).toEqual(['sbin/xcatd']);
  });

  it('names all files that are not ours before it writes the first one', async () => {
    await mkdir(join(prefix, 'bin'), { recursive: true });
    await mkdir(join(prefix, dirname(profile)), { recursive: true });
    await writeFile(join(prefix, 'bin/genimage'), 'of somebody else\n');
    await writeFile(join(prefix, profile), 'of somebody else\n');
    await symlink('/bin/true', join(prefix, 'bin/lsdef'));
    await mkdir(join(prefix, 'bin/mkdef'));
    const failure = await install().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemsError);
    const messages = (failure as ProblemsError).problems.map((problem) => problem.message).join('\n');
    for (const path of ['bin/genimage', 'bin/lsdef', 'bin/mkdef', profile]) expect(messages).toContain(path);
    expect((failure as ProblemsError).problems).toHaveLength(4);
    expect(await filesBelow(prefix)).toEqual(['bin/genimage', 'bin/lsdef', profile]);
  });

  it('renews its own files and removes those of a former release', async () => {
    await install();
    await writeFile(join(source.root, 'dist/main.mjs'), mainModule('2'));
    await rm(join(source.netboot, 'rh/compute.rhels6.ppc64le.pkglist'));
    const report = await install();
    expect(report).toMatchObject({ written: 1, removed: 1, notices: [] });
    expect(await read(program)).toBe(mainModule('2'));
    expect(await filesBelow(prefix)).not.toContain('share/xcat/netboot/rh/compute.rhels6.ppc64le.pkglist');
  });

  it('keeps an edited profile; a changed default goes beside it, and stays there', async () => {
    await install();
    await writeFile(join(prefix, profile), 'my list\n');
    expect(await install()).toMatchObject({ written: 0, notices: [] });
    expect(await read(profile)).toBe('my list\n');

    await writeFile(join(source.netboot, 'rh/compute.rhels9.x86_64.pkglist'), 'new default\n');
    const report = await install();
    expect(report.notices.join()).toContain(`${profile}.new`);
    for (const _again of [1, 2]) {
      expect(await read(profile)).toBe('my list\n');
      expect(await read(`${profile}.new`)).toBe('new default\n');
      expect((await install()).notices).toEqual([]);
    }
    // rocky's copy was not edited and follows.
    expect(await read('share/xcat/netboot/rocky/compute.rocky9.x86_64.pkglist')).toBe('new default\n');
  });

  it('saves an edited program beside the new one', async () => {
    await install();
    await writeFile(join(prefix, program), 'broken by hand\n');
    const { notices } = await install();
    expect(await read(program)).toBe(mainModule('1'));
    const saved = (await filesBelow(prefix)).filter((path) => path.startsWith(`${program}.saved-`));
    expect(saved).toHaveLength(1);
    expect(notices.join()).toContain(saved[0]);
    expect(await read(saved[0] ?? '')).toBe('broken by hand\n');
  });

  it('is finished by the next run after a kill, and sweeps what that one left', async () => {
    await install();
    const record = await readRecord(prefix);
    if (record === undefined) throw new Error('no record');
    // As a run for release 2 leaves it that was killed in the middle.
    await writeFile(join(source.root, 'dist/main.mjs'), mainModule('2'));
    await writeFile(join(prefix, 'bin/.rootimg-tmp-1-00000000-file'), 'half');
    await writeRecord(prefix, { ...record, complete: false });
    await install();
    expect(await read(program)).toBe(mainModule('2'));
    expect((await readRecord(prefix))?.complete).toBe(true);
    expect(await readdir(join(prefix, 'bin'))).not.toContain('.rootimg-tmp-1-00000000-file');
  });

  it('refuses a record that it cannot read', async () => {
    await install();
    await writeFile(join(prefix, recordPath), '{"files": "all of them"}');
    await expect(install()).rejects.toThrow(/not a list of installed files/);
  });

  it('uninstalls exactly what it installed', async () => {
    await mkdir(join(prefix, 'bin'), { recursive: true });
    await writeFile(join(prefix, 'bin/other'), 'of somebody else\n');
    await install();
    await writeFile(join(prefix, 'share/xcat/netboot/rh/mine.pkglist'), 'my own profile\n');
    await writeFile(join(prefix, profile), 'my list\n');
    const { notices } = await uninstallSystem({ prefix });
    expect(notices).toEqual([`${profile} was edited and stays as it is.`]);
    expect(await filesBelow(prefix)).toEqual(['bin/other', profile, 'share/xcat/netboot/rh/mine.pkglist']);
    await expect(uninstallSystem({ prefix })).rejects.toThrow(/No rootimg is installed/);
  });

  it('removes the prefix too when it made it', async () => {
    await install();
    await uninstallSystem({ prefix });
    await expect(stat(prefix)).rejects.toThrow(/ENOENT/);
  });

  it('refuses a relative prefix, and says what to do before a build', async () => {
    await expect(installSystem({ prefix: 'opt' }, source)).rejects.toThrow(/relative/);
    await rm(join(source.root, 'dist/main.mjs'));
    await expect(install()).rejects.toThrow(/main\.mjs is missing/);
  });
});

describe('the launcher', () => {
  let family: string;
  beforeAll(() => chmod('share/xcat/netboot/common/genimage', 0o755));
  beforeEach(async () => {
    family = join(folder, 'rh');
    await mkdir(join(family, 'runtime/bin'), { recursive: true });
    await cp('share/xcat/netboot/common/genimage', join(family, 'genimage'));
    await writeFile(join(family, 'genimage.mjs'), '');
  });

  async function fakeNode(path: string, version: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const script = `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit 0; }\necho "$0" "$@"\n`;
    await writeFile(path, script, { mode: 0o755 });
  }

  /** A PATH that has what the launcher needs, and no node. */
  async function bareTools(): Promise<string> {
    const tools = join(folder, 'tools');
    await mkdir(tools, { recursive: true });
    for (const name of ['sh', 'dirname', 'readlink']) {
      await symlink(
        execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
        join(tools, name),
      );
    }
    return tools;
  }

  function launch(path: string) {
    return spawnSync('./genimage', ['-o', 'rhels9'], { cwd: family, env: { PATH: path }, encoding: 'utf8' });
  }

  it('prefers the node beside it, then the runtime folder, then PATH', async () => {
    const tools = await bareTools();
    await fakeNode(join(tools, 'node'), 'v22.1.0');
    expect(launch(tools).stdout).toBe(`${tools}/node ${family}/genimage.mjs -o rhels9\n`);
    await fakeNode(join(family, 'runtime/bin/node'), 'v20.0.0');
    expect(launch(tools).stdout).toContain(`${family}/runtime/bin/node`);
    await fakeNode(join(family, 'node'), 'v21.0.0');
    expect(launch(tools).stdout).toContain(`${family}/node`);
  });

  it.each([
    ['is missing', undefined, /no Node\.js found/],
    ['is too old', 'v18.20.4', /v18\.20\.4: Node\.js 20 or newer is needed/],
    ['is ancient', 'v6.9.0', /Node\.js 20 or newer is needed/],
    ['is something else', 'node', /not a Node\.js/],
  ])('says so when Node %s', async (_name, version, message) => {
    const tools = await bareTools();
    if (version !== undefined) await fakeNode(join(tools, 'node'), version);
    const { status, stderr, stdout } = launch(tools);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('--node FILE');
    expect(stdout).toBe('');
  });

  it('says so when the node beside it is for another machine', async () => {
    const tools = await bareTools();
    await writeFile(join(family, 'node'), Buffer.from('\x7fELFnot for this machine'), { mode: 0o755 });
    const { status, stderr } = launch(tools);
    expect(status).toBe(1);
    expect(stderr).toMatch(/does not run on this host/);
  });

  it('says so when only the launcher was copied', async () => {
    await rm(join(family, 'genimage.mjs'));
    const { status, stderr } = launch(withNode);
    expect(status).toBe(1);
    expect(stderr).toMatch(/genimage\.mjs is missing/);
  });
});
