import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { initrdKey, signedListText, signedName } from '../../../src/plan/signed-list.ts';
import { builtRecord } from '../../lib/built-record.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('sha256sum reads it, and its last line alone is what older initrds take', async () => {
  await folder.file('rootimg.sfs', 'x');
  const sha256 = createHash('sha256').update('x').digest('hex');
  const text = signedListText('compute', {
    file: 'rootimg.sfs',
    sha256,
    size: 1,
    finished: '2026-01-01T00:00:00.000Z',
  });
  const list = await folder.file('rootimg.sums', text);
  const said = execFileSync('sha256sum', ['--check', list], { cwd: folder.path, encoding: 'utf8' });
  expect(said).toBe('rootimg.sfs: OK\n');
  expect(text.trimEnd().split('\n').at(-1)).toBe(`${sha256}  rootimg.sfs`);
  expect(text).toContain('\n# image compute\n# generation 0\n');
});

it('the name of a list is the one that the initrd was made for', () => {
  const build = builtRecord('x');
  const manifest = { schema: 1 as const, image: { name: 'i', osvers: 'o', arch: 'a', profile: 'p' }, build };
  const made = { ...manifest, build: { ...build, initrd: { ...build.initrd, signedFor: 'other' } } };
  expect(signedName(made, 'i')).toBe('other');
  expect(signedName(manifest, 'i')).toBe('i');
  expect(initrdKey(manifest)).toBeUndefined();
  const files = [{ path: '/k', sha256: 'ab', role: 'sumskey' }];
  expect(initrdKey({ ...manifest, build: { ...build, files } })?.path).toBe('/k');
});
