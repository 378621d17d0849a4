import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../src/base/errors.ts';
import { type AskedPack, resolveConfiguredPack } from '../../../src/cli/configured-pack.ts';
import { readConfig } from '../../../src/definition/config.ts';
import { definitionOf, useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const attributes = { osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute', provmethod: 'netboot' };
const home = () => join(folder.path, 'etc');

beforeEach(() => mkdir(home()));

/** Method and compressor of the plan; or code and line of config.yaml of each problem. */
async function resolve(config: string, asked: AskedPack = {}): Promise<string[]> {
  const file = await folder.file('etc/config.yaml', config);
  const input = {
    name: 'img',
    definition: definitionOf(attributes),
    site: { installdir: join(folder.path, 'install'), tftpdir: '/tftpboot' },
    nosyncfiles: false,
    cwd: folder.path,
    searchPath: '/nowhere',
  };
  try {
    const { plan } = await resolveConfiguredPack(input, asked, {
      config: await readConfig(home()),
      home: home(),
    });
    return [plan.method, plan.compressor];
  } catch (error) {
    return problemsOf(error as RootimgError).map(
      ({ code, origin }) => `${code} ${origin?.file === file ? origin.line : 'no line'}`,
    );
  }
}

const configured = 'packimage:\n  method: squashfs\n  compress: lz4\n';

test.each<[string, AskedPack, string[]]>([
  ['config.yaml says what no option does', {}, ['squashfs', 'lz4']],
  ['an option comes before it', { compress: 'zstd' }, ['squashfs', 'zstd']],
  ["another method does not have the configured method's compressor", { method: 'cpio' }, ['cpio', 'gzip']],
  ['both may be asked for', { method: 'tar', compress: 'xz' }, ['tar', 'xz']],
])('%s', async (_, asked, made) => {
  expect(await resolve(configured, asked)).toEqual(made);
});

test('a wrong word of config.yaml is told with its line, a wrong word of an option without', async () => {
  const wrong = 'packimage:\n  compress: lz4\n  method: cpio\n';
  expect(await resolve(wrong)).toEqual(['pack-compressor 2']);
  expect(await resolve(wrong, { method: 'tar', compress: 'lz4' })).toEqual(['pack-compressor no line']);
  expect(await resolve(configured, { compress: 'nosuch' })).toEqual(['pack-compressor no line']);
  expect(await resolve(configured, { method: 'nosuch' })).toEqual(['pack-method no line']);
});
