import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildPlanSchema } from '../../../../src/plan/build-plan.ts';
import { readEntry } from '../../../../src/resolve/package-entry.ts';
import { readPackageLists } from '../../../../src/resolve/package-list.ts';
import { useFolder } from '../../../lib/folder.ts';
import { installKeyrings, planning } from './a-request.ts';
import { amount } from '../../../lib/amount.ts';

const folder = useFolder();
const { plan, problems } = planning(folder);
const srcdir = 'http://m.example/ubuntu jammy main,http://m.example/ubuntu jammy-updates main';

beforeEach(() => installKeyrings(folder));

const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name);

describe('entries of deb packages', () => {
  it.each([
    ...['bash', 'libstdc++6', 'g++', '0ad', 'libc6:arm64', 'bash=5.1-6ubuntu1.1', 'x=1:2.3~rc1+b1-4'],
    ...['bash/jammy-updates', 'bash:amd64=5', 'perl-*', 'linux-image-?', 'ubuntu-server^', '@ssh-server'],
    ...['/srv/a.deb', '/srv/x y/a.deb'.replace(' ', '_')],
  ])('%s is one in both kinds of list', (text) => {
    for (const kind of ['pkglist', 'otherpkglist'] as const) {
      expect(readEntry(text, kind, 'deb')).toEqual({ entry: { list: 'install', name: text } });
    }
  });

  it.each([
    ['/usr/bin/vim', 'is a path, and not of a .deb file'],
    ['bash-', "ends with '-'"],
    ['Bash', 'is not a package name'],
    ['a=b=c', 'is not a package name'],
    ['?installed()', 'is not a package name'],
    ['~nvim', 'is not a package name'],
    ['@a b', 'is not a package name'],
    ['a;b', 'is not a package name'],
    ['@', 'is not a package name'],
  ])('%s is none', (text, words) => {
    expect(readEntry(text, 'pkglist', 'deb').problem?.message).toContain(words);
  });

  it('in an otherpkglist have folders, and dashes remove', () => {
    const of = (text: string) => readEntry(text, 'otherpkglist', 'deb').entry;
    expect(of('dir/sub/pkg=1.2-3')).toEqual({ list: 'install', name: 'dir/sub/pkg=1.2-3' });
    expect(of('dir/Pkg')).toBeUndefined();
    expect(of('-old')).toEqual({ list: 'removeBefore', name: 'old' });
    expect(of('--dir/old:amd64')).toEqual({ list: 'removeAfter', name: 'old:amd64' });
    expect(of('-O')).toBeUndefined();
    const { entry, warning } = readEntry('dir/sub/pkg', 'pkglist', 'deb');
    expect(entry?.name).toBe('pkg');
    expect(warning).toContain('folders count only in an otherpkglist');
  });

  it('never are words that a program could take for an option or a shell for more than one', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('pkglist', 'otherpkglist'),
        (text, kind) => {
          const { entry, problem } = readEntry(text, kind, 'deb');
          expect(entry === undefined).toBe(problem !== undefined);
          if (entry !== undefined && !entry.name.startsWith('/')) {
            expect(entry.name.split('/').at(-1)).toMatch(/^[@\]a-z0-9*?[][\w.+*?[\]:=~^-]*$/);
          }
        },
      ),
      { numRuns: amount(300, 2000) },
    );
  });

  it('name suites and files that are there', async () => {
    const list = await folder.file('a', 'vim/jammy-updates\nvim/noble\nvim/stable\n/nowhere/x.deb\n');
    const found = await problems({ srcdir, pkglist: 'a' });
    expect(found.map(({ message, origin }) => [message, origin])).toEqual([
      [
        "The package file '/nowhere/x.deb' does not exist, or is not a regular file.",
        { file: list, line: 4 },
      ],
      [
        "'vim/noble' asks for the suite 'noble'; the repositories have jammy, jammy-updates.",
        { file: list, line: 2 },
      ],
    ]);
  });
});

describe('options of a pass', () => {
  it('are kept through includes, each with its pass, and the answers are files of the plan', async () => {
    const list = await folder.file('lists/a', 'bash\n#NEW_INSTALL_LIST#\n#INCLUDE:sub/b#\ngrub-pc\n');
    const sub = await folder.file('lists/sub/b', '#RECOMMENDS#\n#DEBCONF:seed#\n#DEBCONF:seed#\nmail\n');
    const seed = await folder.file('lists/sub/seed', '# x\nmail mail/kind select none\n');
    const found = await plan({ srcdir, pkglist: 'lists/a' });
    expect(buildPlanSchema.parse(found)).toEqual(found);
    expect(
      found.passes.map(({ install, recommends, debconf }) => [names(install), recommends, debconf]),
    ).toEqual([
      [['bash'], undefined, undefined],
      [['mail', 'grub-pc'], true, [seed]],
    ]);
    expect(found.files.map(({ path, role }) => [path, role]).slice(0, 3)).toEqual([
      [list, 'pkglist'],
      [sub, 'pkglist'],
      [seed, 'debconf'],
    ]);
  });

  it('are told where a file is missing or is none of answers, where no package follows, and in other families', async () => {
    const list = await folder.file('a', 'bash\n#DEBCONF:gone#\n#DEBCONF:bad#\n');
    const bad = await folder.file('bad', 'a b select \\\n c\nonly two\n');
    expect((await problems({ srcdir, pkglist: 'a' })).map(({ code, origin }) => [code, origin])).toEqual([
      ['file-unreadable', { file: list, line: 2 }],
      ['debconf-line', { file: bad, line: 3 }],
    ]);
    await folder.file('b', 'bash\n#NEW_INSTALL_LIST#\n#RECOMMENDS#\n');
    expect((await plan({ srcdir, pkglist: 'b' })).warnings).toEqual([
      `${join(folder.path, 'b')}:3: '#RECOMMENDS#' is for a pass without packages: left out.`,
    ]);
    const rpm = await readPackageLists('a', 'pkglist', { cwd: folder.path, variables: {} });
    expect(rpm.warnings).toHaveLength(2);
    expect(rpm.warnings[0]).toContain('#DEBCONF# is for images of Debian and Ubuntu: left out.');
  });
});

describe('kernelver', () => {
  const kernels = async (list: string, kernelver: string) => {
    await folder.file('k', list.replaceAll(' ', '\n'));
    return names((await plan({ srcdir, pkglist: 'k', kernelver, krpmver: '9' })).passes[0]?.install ?? []);
  };

  it.each([
    ['linux-image-amd64', '6.1.0-18-amd64', 'linux-image-6.1.0-18-amd64'],
    ['linux-image-cloud-amd64=6', '6.1.0-18-cloud-amd64', 'linux-image-6.1.0-18-cloud-amd64'],
    ['linux-image-5.10.0-8-amd64', '6.1.0-18-amd64', 'linux-image-5.10.0-8-amd64'],
    ['linux-headers-amd64', '6.1.0-18-amd64', 'linux-headers-6.1.0-18-amd64'],
    ['linux-base linux-libc-dev linux-firmware', '6.1', 'linux-base linux-libc-dev linux-firmware'],
    [
      'linux-image-generic',
      '5.15.0-91-generic',
      'linux-image-5.15.0-91-generic linux-modules-extra-5.15.0-91-generic',
    ],
    ['linux-image-virtual', '5.15.0-91-generic', 'linux-image-5.15.0-91-generic'],
    [
      'linux-generic-hwe-22.04',
      '6.5.0-14-generic',
      'linux-image-6.5.0-14-generic linux-modules-extra-6.5.0-14-generic linux-headers-6.5.0-14-generic',
    ],
    ['linux-modules-extra-azure', '6.5.0-1-azure', 'linux-modules-extra-6.5.0-1-azure'],
  ])('%s of %s is %s', async (list, version, wanted) => {
    expect(await kernels(list, version)).toEqual(wanted.split(' '));
  });
});
