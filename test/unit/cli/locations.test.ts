import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dracutModuleDir, installedPrefix, netbootDir } from '../../../src/cli/locations.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'rootimg-locations-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(name: string): Promise<string> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), '');
  return join(root, name);
}

const url = (name: string) => pathToFileURL(join(root, name)).href;

describe('installedPrefix', () => {
  it('is the folder above us that install-system marked', async () => {
    expect(await installedPrefix(url('p/share/rootimg/dist/main.mjs'))).toBeUndefined();
    await file('p/share/rootimg/installed.json');
    expect(await installedPrefix(url('p/share/rootimg/dist/main.mjs'))).toBe(join(root, 'p'));
  });
});

describe('netbootDir', () => {
  const bundle = 'own/share/rootimg/dist/main.mjs';
  const find = (env: Record<string, string>) => netbootDir(env, url(bundle), join(root, 'usual'));

  it('is that of xCAT without XCATROOT, where that has none the checkout', async () => {
    const usual = join(root, 'usual/share/xcat/netboot');
    expect(await find({})).toBe(usual);
    await file('own/share/xcat/netboot/common/dracut/97rootimg/module-setup.sh');
    expect(await find({ XCATROOT: '' })).toBe(join(root, 'own/share/xcat/netboot'));
    await file('usual/share/xcat/netboot/rh/compute.pkglist');
    expect(await find({})).toBe(usual);
  });

  it('follows XCATROOT', async () => {
    expect(await find({ XCATROOT: join(root, 'x') })).toBe(join(root, 'x/share/xcat/netboot'));
    await file('own/share/rootimg/installed.json');
    expect(await find({ XCATROOT: join(root, 'x') })).toBe(join(root, 'x/share/xcat/netboot'));
  });

  it('is our own prefix when we are installed', async () => {
    await file('own/share/rootimg/installed.json');
    expect(await find({})).toBe(join(root, 'own/share/xcat/netboot'));
  });

  it('is our own prefix when XCATROOT is a live xCAT elsewhere', async () => {
    await file('x/sbin/xcatd');
    expect(await find({ XCATROOT: join(root, 'x') })).toBe(join(root, 'x/share/xcat/netboot'));
    await file('own/share/rootimg/installed.json');
    expect(await find({ XCATROOT: join(root, 'x') })).toBe(join(root, 'own/share/xcat/netboot'));
    await file('own/sbin/xcatd');
    expect(await find({ XCATROOT: `${root}/own/` })).toBe(join(root, 'own/share/xcat/netboot'));
  });
});

describe('dracutModuleDir', () => {
  it("is beside the family's genimage, else what the families share", async () => {
    expect(await dracutModuleDir(join(root, 'netboot/rh'))).toBe(
      join(root, 'netboot/common/dracut/97rootimg'),
    );
    await file('netboot/rh/dracut/97rootimg/module-setup.sh');
    expect(await dracutModuleDir(join(root, 'netboot/rh'))).toBe(join(root, 'netboot/rh/dracut/97rootimg'));
  });
});
