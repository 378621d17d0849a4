import { describe, expect, it } from 'vitest';
import { layerKey } from '../../../../src/genimage/layers/layer-key.ts';
import type { PackageManager } from '../../../../src/packages/manager.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../a-plan.ts';

const folder = useFolder();
const manager = (state: string | undefined = 'state', version = '4.14') =>
  ({
    id: 'dnf',
    versions: () => Promise.resolve({ dnf: version }),
    repositoryState: () => Promise.resolve(state),
  }) as unknown as PackageManager;

const repository = { id: 'pkgdir-0', url: 'http://m/a', from: 'pkgdir' } as const;
const pass = (name: string, line = 1) =>
  ({
    install: [{ name, origin: { file: 'list', line } }],
    removeBefore: [],
    removeAfter: [],
  }) as unknown as BuildPlan['passes'][0];
const base = aPlan({ repositories: [repository], passes: [pass('bash')] });
const key = (changes: Partial<BuildPlan> = {}, by = manager(), version = '1') =>
  layerKey({ ...base, ...changes }, by, version);
const request = (changes: object) => ({ request: { ...base.request, ...changes } });

describe('layerKey', () => {
  it.each<[string, Partial<BuildPlan>]>([
    [
      'the name, the profile and the folder',
      { image: { ...base.image, name: 'b', profile: 'p', rootimgdir: '/x' } },
    ],
    ['what comes after the packages', { netdrivers: ['e1000'], postscriptsDir: '/x', warnings: ['x'] }],
    ['options of later steps', request({ postinstall: 'x', fresh: true, rootlimit: '1G', wait: true })],
    ['where an entry stands in its list', { passes: [pass('bash', 7)] }],
  ])('%s does not count', async (_, changes) => {
    expect(await key(changes)).toBe(await key());
  });

  it.each<[string, Partial<BuildPlan>]>([
    ['a package', { passes: [pass('bash'), pass('vim')] }],
    ['the release', { image: { ...base.image, osvers: 'rocky9.5' } }],
    ['the architecture', { image: { ...base.image, arch: 'aarch64' } }],
    ['a repository', { repositories: [{ ...repository, url: 'http://m/b' }] }],
    ['a variable', { environment: { A: '1' } }],
    ['a key', { files: [{ path: '/k', sha256: 'ab', role: 'key' }] }],
    ['an option of the packages', request({ nogpgcheck: true })],
    ['a field that nobody has thought of', { new: 'field' } as Partial<BuildPlan>],
  ])('%s counts', async (_, changes) => {
    expect(await key(changes)).not.toBe(await key());
  });

  it('the same with another password is the same', async () => {
    const of = (password: string) =>
      key({ repositories: [{ ...repository, url: `http://u:${password}@m/a` }] });
    expect(await of('one')).toBe(await of('two'));
  });

  it('so do our release, that of the manager, and what the repositories hold', async () => {
    const keys = [
      await key(),
      await key({}, manager(), '2'),
      await key({}, manager('state', '5')),
      await key({}, manager('other')),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  it('a package of the lists that is a file counts by its content', async () => {
    const path = await folder.file('a.rpm', 'one');
    const first = await key({ passes: [pass(path)] });
    await folder.file('a.rpm', 'two');
    expect(await key({ passes: [pass(path)] })).not.toBe(first);
  });

  it('there is none where a repository cannot tell what it holds', async () => {
    const silent = { ...manager(), repositoryState: () => Promise.resolve(undefined) };
    expect(await layerKey(base, silent, '1')).toBeUndefined();
  });
});
