import { describe, expect, it } from 'vitest';
import { hasOption, kernelConfigs, unreadableByKernel } from '../../../../src/pack/formats/kernel-config.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

describe('kernelConfigs', () => {
  it.each([
    ['of the published kernel alone', '5.2', ['boot/config-5.2', 'lib/modules/5.2/config']],
    ['of all where the published one has none', '6.0', 3],
    ['of all where it is not known', undefined, 3],
  ])('are those %s', async (_, version, expected) => {
    for (const name of ['boot/config-5.1', 'boot/config-5.2', 'lib/modules/5.2/config', 'boot/vmlinuz-5.1'])
      await folder.file(name, name);
    const paths = kernelConfigs(openTree(folder.path), version).map(({ path }) => path);
    if (typeof expected === 'number') expect(paths).toHaveLength(expected);
    else expect(paths.sort()).toEqual(expected);
  });

  it('are none in an image without a kernel', async () => {
    expect(kernelConfigs(openTree(folder.path))).toEqual([]);
  });
});

const config = (text: string) => ({ path: 'boot/config-1', text });

it.each([
  ['built in', 'CONFIG_A=1\nCONFIG_B=y\n', true],
  ['a module', 'CONFIG_B=m\n', true],
  ['not set', '# CONFIG_B is not set\n', false],
  ['another one with a longer name', 'CONFIG_B_MORE=y\n', false],
])('hasOption: %s', (_, text, expected) => {
  expect(hasOption(config(text), 'CONFIG_B')).toBe(expected);
});

describe('unreadableByKernel', () => {
  const format = {
    name: 'squashfs',
    kernelOption: (word: string) => (word === 'zstd' ? 'CONFIG_Z' : undefined),
  };

  it('names each kernel that cannot read it', () => {
    const configs = [config('CONFIG_Z=y'), { path: 'boot/config-2', text: '' }];
    expect(unreadableByKernel(format, 'zstd', configs, 'compute')).toEqual([
      expect.stringMatching(
        /^The kernel of compute cannot read squashfs with zstd \(boot\/config-2 has no CONFIG_Z\)/,
      ),
    ]);
  });

  it('says nothing where nothing is needed, or nothing is known', () => {
    expect(unreadableByKernel(format, 'gzip', [config('')], 'compute')).toEqual([]);
    expect(unreadableByKernel({ name: 'cpio' }, 'zstd', [config('')], 'compute')).toEqual([]);
    expect(unreadableByKernel(format, 'zstd', [], 'compute')).toEqual([]);
  });
});
