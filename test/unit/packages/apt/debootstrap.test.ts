import { expect, it } from 'vitest';
import { debootstrapArgv, suiteScript } from '../../../../src/packages/apt/debootstrap.ts';

it('lets debootstrap install exactly what an index has', () => {
  const index = 'Package: a\nDepends: nosuch\nPriority: required\n\nPackage: b\nPriority: optional\n\n';
  expect(suiteScript(index)).toContain('required="a b"\n  base=""\n}\n');
});

it('gives debootstrap the archive on this host as an address', () => {
  const apt = { site: { root: '/i/rootimg' }, architecture: 'arm64' } as unknown as Parameters<
    typeof debootstrapArgv
  >[0];
  expect(debootstrapArgv(apt, '/t%40m')).toEqual([
    ...['debootstrap', '--variant=minbase', '--no-check-gpg', '--no-resolve-deps', '--arch=arm64'],
    ...['image', '/i/rootimg', 'file:///t%40m', '/t%40m/script'],
  ]);
});
