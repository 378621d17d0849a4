import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBackChanges, writeNewDefinitions } from '../../../../src/cli/genimage/write-back.ts';
import type { DefinitionObject } from '../../../../src/definition/object.ts';
import { openStore, type Store } from '../../../../src/definition/store.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import type { BuildRequest } from '../../../../src/plan/request.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import { aPlan } from '../../genimage/a-plan.ts';

let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-write-back-'));
  await mkdir(join(root, 'dist'));
  store = openStore(join(root, 'etc'), async () => () => undefined);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const image = { osvers: 'rocky9.4', arch: 'x86_64', profile: 'login', rootimgdir: '/install/out' };

function planOf(name: string, request: Record<string, string> = {}): BuildPlan {
  return aPlan({
    request: {
      ...emptyRequest(),
      permission: '755',
      srcdir: join(root, 'dist'),
      kerneldir: '/install/kernels',
      ...request,
    },
    image: { ...image, name, family: 'rocky', packageManager: 'dnf', releasever: '9' },
  });
}

function job(plan: BuildPlan, changes: Record<string, string> = {}, asked: Partial<BuildRequest> = {}) {
  return {
    ...{ store, plan, changes, asked: { ...emptyRequest(), ...asked } },
    ...{ installdir: join(root, 'install'), netbootDir: join(root, 'netboot') },
  };
}

async function define(name: string, attributes: Record<string, string>): Promise<void> {
  const object: DefinitionObject = {
    type: 'osimage',
    name,
    attributes: new Map(Object.entries({ imagetype: 'linux', provmethod: 'netboot', ...attributes })),
    origins: new Map(),
  };
  await store.write('osimage', [object]);
}

async function attributesOf(name: string): Promise<Record<string, string>> {
  return Object.fromEntries((await store.read('osimage', name))?.attributes ?? []);
}

describe('writeBackChanges', () => {
  it('writes the overrides, and what the definition had not', async () => {
    await define('x', { nodebootif: 'eth0', profile: 'login' });
    expect(await writeBackChanges(job(planOf('x'), { nodebootif: 'eth7', netdrivers: 'igb' }))).toEqual([
      'x',
    ]);
    expect(await attributesOf('x')).toEqual({
      imagetype: 'linux',
      provmethod: 'netboot',
      profile: 'login',
      nodebootif: 'eth7',
      netdrivers: 'igb',
      permission: '755',
      pkgdir: join(root, 'dist'),
      rootimgdir: '/install/out',
    });
  });

  it('leaves what the definition says', async () => {
    await define('x', { permission: '700', pkgdir: 'rel', rootimgdir: '/r' });
    expect(await writeBackChanges(job(planOf('x')))).toEqual([]);
    expect(await attributesOf('x')).toMatchObject({ permission: '700', pkgdir: 'rel', rootimgdir: '/r' });
  });

  it('names no pkgdir that is not there: packages may come from a mirror', async () => {
    await define('x', { profile: 'login' });
    await writeBackChanges(job(planOf('x', { srcdir: join(root, 'nosuch') })));
    expect(await attributesOf('x')).not.toHaveProperty('pkgdir');
  });

  it('writes nothing for a definition that is gone', async () => {
    expect(await writeBackChanges(job(planOf('x'), { kernelver: '1' }))).toEqual([]);
    expect(await store.list('osimage')).toEqual([]);
  });
});

describe('writeNewDefinitions', () => {
  it('makes a netboot and a statelite definition of what was built', async () => {
    await mkdir(join(root, 'netboot/rocky'), { recursive: true });
    const exlist = join(root, 'netboot/rocky/login.exlist');
    await writeFile(exlist, '');
    const names = ['rocky9.4-x86_64-netboot-login', 'rocky9.4-x86_64-statelite-login'];
    const plan = planOf(names[0]!, { pkglist: '/p', nodebootif: 'eth0' });
    expect(await writeNewDefinitions(job(plan, {}, { nodebootif: 'eth0' }))).toEqual(names);
    for (const [index, provmethod] of ['netboot', 'statelite'].entries()) {
      expect(await attributesOf(names[index]!)).toEqual({
        imagetype: 'linux',
        osname: 'Linux',
        osdistroname: 'rocky9.4-x86_64',
        osvers: 'rocky9.4',
        osarch: 'x86_64',
        profile: 'login',
        provmethod,
        permission: '755',
        pkgdir: join(root, 'dist'),
        pkglist: '/p',
        rootimgdir: '/install/out',
        exlist,
        nodebootif: 'eth0',
      });
    }
  });

  it('keeps what an existing definition says, but for the options that were given', async () => {
    const name = 'rocky9.4-x86_64-netboot-login';
    const mine = { usercomment: 'mine', pkglist: '/mine', rootimgdir: '/mine', permission: '700' };
    await define(name, { ...mine, nodebootif: 'eth0' });
    await mkdir(join(root, 'netboot/rocky'), { recursive: true });
    const exlist = join(root, 'netboot/rocky/login.exlist');
    await writeFile(exlist, '');
    const plan = planOf(name, { pkglist: '/p', otherpkglist: '/o', nodebootif: 'eth1' });
    await writeNewDefinitions(job(plan, {}, { osvers: 'rocky9.4', profile: 'login', nodebootif: 'eth1' }));
    expect(await attributesOf(name)).toMatchObject({
      ...mine,
      nodebootif: 'eth1',
      otherpkglist: '/o',
      pkgdir: join(root, 'dist'),
      exlist,
    });
  });
});
