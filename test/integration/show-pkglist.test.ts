import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedIo } from '../lib/recorded-io.ts';
import { runCommand } from '../../src/cli/main.ts';
import { showCommand } from '../../src/cli/show-pkglist.ts';
import { makeWorld, type World } from './genimage/world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.remove());

async function show(...argv: string[]) {
  const { io, said } = recordedIo({
    env: { ROOTIMG_HOME: `${world.root}/etc` },
    cwd: world.root,
  });
  await showCommand(io).parseAsync(argv, { from: 'user' });
  return { stdout: world.away(said.stdout), stderr: world.away(said.stderr) };
}

async function define(...lines: string[]): Promise<void> {
  const text = ['imagetype=linux', 'osvers=rocky9.4', ...lines].map((line) => `    ${line}\n`).join('');
  await world.define(`x:\n    objtype=osimage\n${text}`);
}

describe('rootimg show pkglist', () => {
  it('prints each pass with the origin of each entry', async () => {
    await world.file('/install/a', '#ENV:A=1#\nbash\n#INCLUDE:b#\n#NEW_INSTALL_LIST#\nvim\n');
    await world.file('/install/b', 'kernel\n');
    await world.file('/install/o', '-old\ndir/pkg\n--late\n');
    await define('pkglist=/install/a', 'otherpkglist=/install/o', 'kernelver=5.14');
    expect(await show('pkglist', 'x')).toEqual({
      stderr: '',
      stdout: `pkglist pass 1
  environment A=1
  install bash  /install/a:2
  install kernel-5.14  /install/b:1
pkglist pass 2
  install vim  /install/a:5
otherpkglist pass 1
  remove-before old  /install/o:1
  install dir/pkg  /install/o:2
  remove-after late  /install/o:3
`,
    });
    const json = JSON.parse((await show('pkglist', '--json', 'x')).stdout);
    expect(json.otherPasses[0].removeBefore[0]).toEqual({
      name: 'old',
      origin: { file: '/install/o', line: 1 },
    });
  });

  it('says so where there is nothing to show', async () => {
    await define();
    await expect(show('pkglist', 'x')).rejects.toMatchObject({ code: 'pkglist-unset' });
    await world.file('/install/a', '# nothing\n');
    await define('pkglist=/install/a');
    await expect(show('pkglist', 'x')).rejects.toMatchObject({ code: 'pkglist-empty' });
  });

  it('takes a definition from a file', async () => {
    await world.file('/install/a', 'bash\n');
    const stanza = world.here('x:\n objtype=osimage\n imagetype=linux\n pkglist=/install/a\n');
    await writeFile(join(world.root, 'x.stanza'), stanza);
    const { stdout } = await show('pkglist', '--def', 'x.stanza', 'x');
    expect(stdout).toBe('pkglist pass 1\n  install bash  /install/a:1\n');
  });

  it('names what is wrong in the lists, and an unknown image', async () => {
    await world.file('/install/a', 'vim #x\n#INCLUDE:none#\n');
    await define('pkglist=/install/a');
    await expect(show('pkglist', 'x')).rejects.toMatchObject({
      problems: [{ code: 'package-line' }, { code: 'file-unreadable' }],
    });
    await expect(show('pkglist', 'none')).rejects.toMatchObject({ code: 'unknown-image' });
  });

  it.each([
    [
      ['show', 'pkglist'],
      "Error: missing required argument 'name'\nUsage: rootimg show pkglist [options] <name> (rootimg show -h tells the options)\n",
    ],
    [
      ['show', 'pkglist', 'x', '--bogus'],
      "Error: unknown option '--bogus'\nUsage: rootimg show pkglist [options] <name> (rootimg show -h tells the options)\n",
    ],
    [
      ['cache', 'list', '--bogus'],
      "Error: unknown option '--bogus'\nUsage: rootimg cache list [options] (rootimg cache -h tells the options)\n",
    ],
  ])('wrong usage ends with 2: rootimg %j', async (argv, stderr) => {
    const { io, said } = recordedIo();
    expect(await runCommand(io, argv, 'rootimg')).toBe(2);
    expect(said.stderr).toBe(stderr);
  });
});
