import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFile, isSigned, lookAt, packageFolders } from '../../../../src/resolve/deb/local-folder.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

async function made(...names: string[]): Promise<string> {
  for (const name of names) await folder.file(`at/${name}`);
  return join(folder.path, 'at');
}

describe('lookAt', () => {
  it.each([
    ['flat', ['Packages.xz', 'a.deb']],
    ['plain', ['a.deb', 'README']],
    ['none', ['README', 'Packages.txt', 'pool/a.deb']],
  ])('%s', async (kind, names) => {
    expect(await lookAt(await made(...names), 'amd64')).toEqual({ kind });
  });

  it('an archive has the components that its Release names and that have an index', async () => {
    const path = await made(
      ...[
        'main/binary-amd64/Packages.gz',
        'contrib/binary-all/Packages',
        'restricted/binary-arm64/Packages',
      ].map((name) => `dists/jammy/${name}`),
      'dists/noble/main/binary-arm64/Packages',
      'dists/README',
    );
    await folder.file('at/dists/jammy/Release', 'Components: main restricted contrib none\nSuite: jammy\n');
    expect(await lookAt(path, 'amd64')).toEqual({
      ...{ kind: 'archive', isLive: false },
      suites: [{ name: 'jammy', components: ['main', 'contrib'] }],
    });
  });

  it('a Release file leads nowhere outside of its suite', async () => {
    const path = await made('elsewhere/binary-amd64/Packages', 'dists/jammy/main/binary-amd64/Packages');
    await folder.file('at/dists/jammy/Release', 'Components: ../../elsewhere .. main\n');
    expect(await lookAt(path, 'amd64')).toMatchObject({ suites: [{ components: ['main'] }] });
  });

  it('a live medium is told apart, with and without an index', async () => {
    expect(await lookAt(await made('casper/x'), 'amd64')).toMatchObject({ isLive: true, suites: [] });
    expect(await lookAt(await made('dists/x'), 'amd64')).toMatchObject({ kind: 'archive', isLive: true });
  });

  it('rejects what cannot be read', async () => {
    await expect(lookAt(join(folder.path, 'none'), 'amd64')).rejects.toThrow('ENOENT');
  });
});

it('packageFolders gives those at and below, nothing below one that has packages', async () => {
  const path = await made('b/a.deb', 'a/x/Packages', 'a/y/README', 'b/below/c.deb');
  const found = await packageFolders(path, 'amd64');
  expect(found.map((one) => one.slice(path.length))).toEqual(['/a/x', '/b']);
});

it('isSigned looks for a signature beside or in the Release file', async () => {
  expect(await isSigned(await made('Release'))).toBe(false);
  expect(await isSigned(await made('Release', 'Release.gpg'))).toBe(true);
  await folder.file('other/InRelease');
  expect(await isSigned(join(folder.path, 'other'))).toBe(true);
});

it('isFile: not a folder, not nothing', async () => {
  const path = await made('x');
  expect([await isFile(join(path, 'x')), await isFile(path), await isFile(join(path, 'y'))]).toEqual([
    ...[true, false, false],
  ]);
});
