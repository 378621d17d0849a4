import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedIo } from '../lib/recorded-io.ts';
import { kitCommand } from '../../src/cli/kit.ts';
import { ProblemsError, RootimgError } from '../../src/base/errors.ts';
import type { Installation } from '../../src/kit/installation.ts';

let folder: string;
let installation: Installation;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-kit-'));
  const netboot = join(folder, 'share/xcat/netboot');
  await cp('share/xcat/netboot', netboot, { recursive: true, verbatimSymlinks: true });
  await mkdir(join(folder, 'dist/node'), { recursive: true });
  await writeFile(
    join(folder, 'dist/node/genimage.mjs'),
    'console.log(JSON.stringify({ argv: process.argv.slice(2), node: process.execPath }));\n',
  );
  installation = { root: folder, netboot, dist: join(folder, 'dist') };
  out = '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function kit(argv: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const { io } = recordedIo({ stdout: (text) => void (out += text), env, cwd: folder });
  await kitCommand(io, () => installation)
    .exitOverride()
    .parseAsync([...argv], { from: 'user' });
}

function unpack(file: string): string {
  const target = join(folder, 'target');
  execFileSync('mkdir', ['-p', target]);
  execFileSync('tar', ['-xf', file, '-C', target]);
  return join(target, 'netboot');
}

describe('rootimg kit', () => {
  it('writes one family that works alone: the launcher runs the bundle with the words of the pasted line', async () => {
    await kit(['kit.tar', '--family', 'rh']);
    const netboot = unpack(join(folder, 'kit.tar'));
    expect(await readdir(netboot)).toEqual(['rh']);
    const answer = execFileSync('./genimage', ['-a', 'x86_64', 'my image'], {
      cwd: join(netboot, 'rh'),
      env: { PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH']}` },
    });
    expect(JSON.parse(String(answer)).argv).toEqual(['-a', 'x86_64', 'my image']);
    const names = await readdir(join(netboot, 'rh'));
    expect(names).toContain('compute.rhels6.x86_64.pkglist');
    expect(names).toContain('compute.rhels6.x86_64.postinstall');
    expect(await readdir(join(netboot, 'rh/dracut/97rootimg'))).toContain('module-setup.sh');
    expect(out).toContain(`tar -xf kit.tar -C ${join(folder, 'share/xcat')}`);
  });

  it('holds real files, the shared ones of other families too', async () => {
    await kit(['kit.tar']);
    const listing = execFileSync('tar', ['-tvf', join(folder, 'kit.tar')], { encoding: 'utf8' });
    expect(listing).not.toMatch(/^[lh]/m);
    expect(listing).toMatch(/^-rwxr-xr-x 0\/0 .* netboot\/rocky\/compute\.rocky9\.x86_64\.postinstall$/m);
    const netboot = unpack(join(folder, 'kit.tar'));
    expect(await readFile(join(netboot, 'sle/compute.sle15.x86_64.pkglist'), 'utf8')).toContain('#INCLUDE:');
    for (const family of await readdir(netboot)) {
      expect(await readdir(join(netboot, family)), family).toEqual(
        expect.arrayContaining(['genimage', 'genimage.mjs', 'dracut']),
      );
    }
  });

  it('carries a Node runtime that the launcher finds where PATH has none', async () => {
    await kit(['kit.tar', '--family', 'rh,rocky', '--node', process.execPath]);
    const netboot = unpack(join(folder, 'kit.tar'));
    const answer = execFileSync('./genimage', [], {
      cwd: join(netboot, 'rocky'),
      env: { PATH: '/usr/bin:/bin' },
    });
    expect(JSON.parse(String(answer)).node).toBe(join(netboot, 'rocky/node'));
    expect(out).toMatch(/with Node\.js for \w+/);
  });

  it('is the same bytes again when SOURCE_DATE_EPOCH is set, whatever the times of the files', async () => {
    await kit(['one.tar', '--family', 'rh'], { SOURCE_DATE_EPOCH: '1700000000' });
    await writeFile(
      join(folder, 'dist/node/genimage.mjs'),
      await readFile(join(folder, 'dist/node/genimage.mjs')),
    );
    await kit(['two.tar', '--family', 'rh'], { SOURCE_DATE_EPOCH: '1700000000' });
    expect(await readFile(join(folder, 'one.tar'))).toEqual(await readFile(join(folder, 'two.tar')));
  });

  it.each([
    ['an unknown family', ['kit.tar', '--family', 'rh,nosuch'], /nosuch/],
    ['a folder that is not there', ['no/kit.tar'], /no folder .*\/no/],
    ['standard output', ['-'], /not a file name/],
    ['an archive as runtime', ['kit.tar', '--node', 'node.tar.xz'], /node\.tar\.xz is not a program/],
    ['a runtime that is not there', ['kit.tar', '--node', 'gone'], /gone cannot be read/],
  ])('refuses %s and leaves nothing behind', async (_name, argv, message) => {
    await writeFile(join(folder, 'node.tar.xz'), 'an archive of Node.js, not the program');
    const before = await readdir(folder);
    const failure = await kit(argv).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RootimgError);
    expect(failure).not.toBeInstanceOf(ProblemsError);
    expect(String((failure as Error).message)).toMatch(message);
    expect(await readdir(folder)).toEqual(before);
  });

  it('leaves the old kit when a profile cannot be read', async () => {
    await writeFile(join(folder, 'kit.tar'), 'old');
    await symlink('nowhere', join(installation.netboot, 'rh/broken.pkglist'));
    await expect(kit(['kit.tar', '--family', 'rh'])).rejects.toThrow(/nowhere|broken/);
    expect(await readFile(join(folder, 'kit.tar'), 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('says what is missing before a build', async () => {
    await rm(join(folder, 'dist'), { recursive: true });
    await expect(kit(['kit.tar'])).rejects.toThrow(/genimage\.mjs is missing/);
  });

  it('refuses a folder as the kit and keeps it', async () => {
    await mkdir(join(folder, 'kit.tar'));
    await chmod(join(folder, 'kit.tar'), 0o755);
    await expect(kit(['kit.tar', '--family', 'rh'])).rejects.toThrow(/could not be written/);
    expect((await readdir(folder)).filter((name) => name.startsWith('.rootimg'))).toEqual([]);
  });
});
