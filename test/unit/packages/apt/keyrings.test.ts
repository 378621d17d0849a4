import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { keyringPlace, placeKeyrings } from '../../../../src/packages/apt/keyrings.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const armoured = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n';
const repository: Repository = { id: 'pkgdir-0', url: 'http://m.example/debian', from: 'pkgdir' };
const suite = { suite: 'bookworm', components: ['main'] };

it('gives each keyring a name of its own, by which apt knows its form', async () => {
  const one = await folder.file('a/site key.gpg', armoured);
  const other = await folder.file('b/site key.gpg', 'binary');
  const same = await folder.file('c/copy.asc', armoured);
  await folder.file('to/place', '');
  const place = keyringPlace(join(folder.path, 'to'));
  const placed = (deb: Repository['deb'], more: Partial<Repository> = {}) =>
    placeKeyrings({ ...repository, ...more, deb }, [one], place);
  expect(await placed({ ...suite, signedBy: [one, other, same] })).toEqual([
    { name: 'site_key.asc', path: one },
    { name: 'site_key.gpg', path: other },
    { name: 'site_key.asc', path: same },
  ]);
  expect(await placed(suite)).toEqual([{ name: 'site_key.asc', path: one }]);
  expect(await placed({ ...suite, key: `${armoured}x` })).toEqual([{ name: 'pkgdir-0.asc' }]);
  const third = await folder.file('d/site key.gpg', 'another');
  expect((await placed({ ...suite, signedBy: [third] })).map(({ name }) => name)).toEqual(['site_key-3.gpg']);
  expect(await placed(suite, { unchecked: '--no-gpgcheck' })).toEqual([]);
  expect((await readdir(join(folder.path, 'to'))).sort()).toEqual(
    ['pkgdir-0.asc', 'place', 'site_key-3.gpg', 'site_key.asc', 'site_key.gpg'].sort(),
  );
});
