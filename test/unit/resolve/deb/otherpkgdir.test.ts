import { beforeEach, describe, expect, it } from 'vitest';
import { useFolder } from '../../../lib/folder.ts';
import { archive, installKeyrings, planning } from './a-request.ts';

const folder = useFolder();
const { plan, problems } = planning(folder);
const srcdir = 'http://m.example/ubuntu jammy main';

beforeEach(() => installKeyrings(folder));

/** What otherpkgdir brings for these entries: `URL SUITE COMPONENTS [plain] for FOLDERS`. */
async function others(otherpkgdir: string, entries: string): Promise<string[]> {
  await folder.file('others', entries.replaceAll(' ', '\n'));
  const found = await plan({ srcdir, otherpkglist: 'others', otherpkgdir, nogpgcheck: true });
  return found.repositories
    .filter(({ from }) => from === 'otherpkgdir')
    .map(({ url, deb, folders }) => {
      const words = [url.replace(folder.path, '~'), deb?.suite, ...(deb?.components ?? [])];
      return `${words.join(' ')}${deb?.plain ? ' plain' : ''} for ${JSON.stringify(folders)}`;
    });
}

describe('otherpkgdir', () => {
  it('has flat repositories, archives and .deb files for plain names, http and local mixed', async () => {
    await folder.file('flat/Packages.gz');
    await folder.file('debs/a.deb');
    await archive(folder, 'own', { hpc: ['main', 'extra'] });
    const items = 'flat,debs,own,http://v.example/flat,http://v.example/apt stable x,flat ./';
    expect(await others(items, 'agent')).toEqual([
      'file://~/flat ./ for [""]',
      'file://~/debs ./ plain for [""]',
      'file://~/own hpc main extra for [""]',
      'http://v.example/flat ./ for [""]',
      'http://v.example/apt stable x for [""]',
    ]);
  });

  it('has a folder for each dir/sub/pkg, below every item without a suite', async () => {
    await folder.file('a/mpi/new/x.deb');
    await folder.file('b/mpi/new/Packages');
    await folder.file('b/Packages');
    expect(
      await others('a,b,http://v.example/o,http://v.example/apt s c', 'mpi/new/openmpi mpi/new/x=1'),
    ).toEqual([
      'http://v.example/o/mpi/new ./ for ["mpi/new"]',
      'file://~/a/mpi/new ./ plain for ["mpi/new"]',
      'file://~/b/mpi/new ./ for ["mpi/new"]',
    ]);
  });

  it('is not asked for anything where nothing comes from it', async () => {
    expect(await others('/nowhere', '-gone')).toEqual([]);
  });

  it('is told where it lacks what an entry asks for, with the line', async () => {
    await folder.folder('a/empty');
    const list = await folder.file('others', 'plain\nempty/x\nvim/jammy\n');
    const request = { srcdir, otherpkglist: 'others', otherpkgdir: 'a' };
    const found = await problems(request);
    expect(found.map(({ message, origin }) => [message.replaceAll(folder.path, '~'), origin])).toEqual([
      [
        "'empty/x' asks for a repository 'empty' in otherpkgdir, and there is none: looked for ~/a/empty.",
        { file: list, line: 2 },
      ],
      [
        "'vim/jammy' asks for a repository 'vim' in otherpkgdir, and there is none: looked for ~/a/vim.",
        { file: list, line: 3 },
      ],
    ]);
    expect(found[1]?.hint).toContain("'package/suite' can be said in a pkglist only");
    await folder.file('others', 'plain\n');
    expect((await plan(request)).warnings).toEqual([expect.stringContaining('has no packages')]);
    const wrong = await problems({ ...request, otherpkgdir: 'http://v.example/x s [trusted=yes]' });
    expect(wrong[0]?.message).toContain('in otherpkgdir holds');
  });

  it('needs no signature for .deb files that the configuration names', async () => {
    await folder.file('debs/a.deb');
    await folder.file('others', 'a\n');
    const request = { srcdir, otherpkglist: 'others', otherpkgdir: 'debs' };
    expect((await problems(request)).map(({ code }) => code)).toEqual(['repository-unsigned']);
    const found = await plan({ ...request, repositorysettings: `${folder.path}/debs gpgcheck=no` });
    expect(found.repositories[1]).toMatchObject({ unchecked: 'gpgcheck: no', deb: { plain: true } });
    expect(found.repositories[0]?.unchecked).toBeUndefined();
  });
});

describe('kerneldir', () => {
  it('is searched for repositories when a kernel is asked for', async () => {
    await folder.file('k/5.15/linux-image.deb');
    const request = { srcdir, kerneldir: 'k', nogpgcheck: true };
    expect((await plan(request)).repositories).toHaveLength(1);
    const [, kernels] = (await plan({ ...request, kernelver: '5.15' })).repositories;
    expect(kernels).toMatchObject({ id: 'kerneldir-0', from: 'kerneldir', deb: { plain: true } });
  });
});
