import { describe, expect, it } from 'vitest';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { findDebKeys, noKeyProblems, readSigners } from '../../../../src/resolve/deb/keys.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

describe('findDebKeys', () => {
  const names = async (osvers: string) =>
    (await findDebKeys(osvers, folder.path)).map(({ path }) => path.slice(folder.path.length));
  const trusted = 'etc/apt/trusted.gpg.d';

  it('takes the keyring of the distribution before what the host trusts', async () => {
    await folder.file('usr/share/keyrings/debian-archive-keyring.gpg', 'x');
    await folder.file(`${trusted}/debian-archive-bookworm.asc`, 'x');
    expect(await names('debian12')).toEqual(['/usr/share/keyrings/debian-archive-keyring.gpg']);
  });

  it('without it, the keys of that distribution alone', async () => {
    for (const name of ['debian-archive-b.asc', 'debian-archive-a.gpg', 'ubuntu-keyring-x.gpg', 'site.asc'])
      await folder.file(`${trusted}/${name}`, 'x');
    expect(await names('debian12')).toEqual(
      ['a.gpg', 'b.asc'].map((one) => `/${trusted}/debian-archive-${one}`),
    );
    expect(await names('ubuntu22.04')).toEqual([`/${trusted}/ubuntu-keyring-x.gpg`]);
    expect(await names('rocky9')).toEqual([]);
  });
});

const repository = (changes: Partial<Repository> = {}, signedBy?: string[]): Repository => ({
  ...{ id: 'pkgdir-0', url: 'http://m', from: 'pkgdir', ...changes },
  deb: { suite: 'x', components: [], ...(signedBy === undefined ? {} : { signedBy }) },
});

describe('readSigners', () => {
  it('reads each keyring once, but those that are known', async () => {
    const [a, b] = [await folder.file('a.gpg', 'a'), await folder.file('b.gpg', 'b')];
    const known = { path: b, sha256: '', role: 'key' as const };
    const found = await readSigners(
      [repository({}, ['a.gpg', b]), repository({}, [a])],
      [known],
      folder.path,
    );
    expect(found.files.map(({ path }) => path)).toEqual([a]);
    expect(found.problems).toEqual([]);
  });

  it('names those that are not there', async () => {
    const { problems } = await readSigners([repository({}, ['/none.gpg'])], [], folder.path);
    expect(problems).toEqual([expect.objectContaining({ message: expect.stringContaining('/none.gpg') })]);
  });
});

describe('noKeyProblems', () => {
  const key = { path: '/k', sha256: '', role: 'key' as const };

  it.each([
    ['there is a key', [repository()], [key]],
    ['nothing is checked', [repository({ unchecked: 'nogpgcheck' })], []],
    ['each repository names its own', [repository({}, ['/k'])], []],
  ])('none where %s', (_, repositories, keys) => {
    expect(noKeyProblems('debian12', repositories, keys)).toEqual([]);
  });

  it('says where it looked and what to install', () => {
    const [problem] = noKeyProblems('debian12', [repository()], []);
    expect(problem?.message).toMatch(/http:\/\/m .*debian-archive-keyring\.gpg/);
    expect(problem?.hint).toMatch(/^Install debian-archive-keyring/);
    expect(noKeyProblems('rocky9', [repository()], [])[0]?.hint).toMatch(/^Name a file of the key/);
  });
});
