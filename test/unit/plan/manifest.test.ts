import { expect, it } from 'vitest';
import { builtInitrd, manifestText, parseManifest } from '../../../src/plan/manifest.ts';
import { builtRecord } from '../../lib/built-record.ts';

const image = { name: 'i', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };

it('comes back as it was written, but for passwords in addresses', () => {
  const build = {
    ...builtRecord('x'),
    repositories: [{ id: 'a', url: 'http://u:secret@m/x', gpgcheck: true }],
  };
  const text = manifestText({ schema: 1, image, build });
  expect(text).not.toContain('secret');
  expect(parseManifest(text)).toEqual({
    schema: 1,
    image,
    build: { ...build, repositories: expect.anything() },
  });
  expect(parseManifest(text)?.build?.repositories[0]?.url).toContain('m/x');
});

it.each(['', '{', '{}', '{"schema":2}', JSON.stringify({ schema: 1, image: { name: 'i' } })])(
  '%j is no manifest',
  (text) => {
    expect(parseManifest(text)).toBeUndefined();
  },
);

it('a packed file that is no name in the folder makes it none', () => {
  const pack = {
    finished: '',
    method: 'm',
    compressor: 'c',
    uuid: 'u',
    members: 1,
    leftOut: 0,
    contentBytes: 0,
    size: 0,
    sha256: '',
    warnings: [],
  };
  const read = (file: string) => parseManifest(JSON.stringify({ schema: 1, image, pack: { ...pack, file } }));
  expect(read('rootimg.sfs')?.pack?.file).toBe('rootimg.sfs');
  expect(read('../../etc/shadow')).toBeUndefined();
});

it('tells of the initrd with its digest only', () => {
  const build = builtRecord('x');
  const manifest = { schema: 1 as const, image, build };
  expect(builtInitrd(manifest, build.initrd.sha256)).toBe(build.initrd);
  expect(builtInitrd(manifest, 'other')).toBeUndefined();
  expect(builtInitrd(undefined, undefined)).toBeUndefined();
});
