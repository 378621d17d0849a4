import { expect, it } from 'vitest';
import { collect } from '../../../../src/resolve/deb/collector.ts';

const jammy = { url: 'http://m/ubuntu', from: 'pkgdir', suite: 'jammy' } as const;

it('numbers the repositories of each attribute by their order', () => {
  const found = collect();
  found.add({ ...jammy, components: ['main'] });
  found.add({ ...jammy, suite: 'jammy-updates', components: ['main'] });
  found.add({ ...jammy, from: 'otherpkgdir', url: 'http://o', sub: '', components: [] });
  expect(found.repositories.map(({ id }) => id)).toEqual(['pkgdir-0', 'pkgdir-1', 'otherpkgdir-0']);
});

it('one that is found twice is one, with the components and folders of both', () => {
  const found = collect();
  found.add({ ...jammy, sub: 'a', components: ['main', 'universe'], signedBy: ['/key'] });
  found.add({ ...jammy, sub: 'b', components: ['universe', 'multiverse'] });
  expect(found.repositories).toEqual([
    {
      ...{ id: 'pkgdir-0', url: jammy.url, from: 'pkgdir', folders: ['a', 'b'] },
      deb: { suite: 'jammy', components: ['main', 'universe', 'multiverse'], signedBy: ['/key'] },
    },
  ]);
});

it('one that is for all entries stays so', () => {
  const found = collect();
  found.add({ ...jammy, components: ['main'] });
  found.add({ ...jammy, sub: 'a', components: ['main'] });
  expect(found.repositories[0]).not.toHaveProperty('folders');
});
