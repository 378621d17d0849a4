import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, media, type World } from '../integration/copycds/world.ts';
import { amount } from '../lib/amount.ts';

/**
 * The rule: a medium chooses no path. Whatever it says, nothing is written outside of the folder that copycds
 * names.
 */

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  await world.write('victim/kept', 'of the host');
  await world.write('victim/sub/kept', 'of the host');
});
afterEach(() => world.remove());

type Files = Readonly<Record<string, string>>;
interface Attack {
  readonly name: string;
  /** Makes the medium and gives its path. */
  readonly make: () => Promise<string>;
}

const words = [
  '../../victim',
  '../../../../../../victim',
  '..',
  '.',
  '/victim',
  'x86_64/../../../victim',
  '-rf',
  'x\u001b]0;x\u0007y',
  'x\u202ey',
  'a'.repeat(5000),
  'x86_64\0',
];

const discinfo = (arch: string, description = 'Rocky Linux 9.4') =>
  `1714985906.0\n${description}\n${arch}\n1\n`;
const treeinfo = (arch: string, version = '9.4') =>
  `[general]\nfamily = Rocky Linux\nversion = ${version}\narch = ${arch}\n`;
const suse = (content: string, name = 'SUSE', products = '/ SLES12-SP5 12.5-0'): Files => ({
  content,
  'media.1/media': `${name}\n20191010\n2\n`,
  'media.1/products': `${products}\n`,
  'suse/x.rpm': 'x',
});

/** Every field that becomes a part of a path. */
const fields: Readonly<Record<string, (word: string) => Files>> = {
  'arch of .treeinfo': (word) => ({ '.treeinfo': treeinfo(word), 'p.rpm': 'x' }),
  'arch of .discinfo': (word) => ({ '.discinfo': discinfo(word), 'p.rpm': 'x' }),
  'version of .treeinfo': (word) => ({ '.treeinfo': treeinfo('x86_64', `9.4${word}`), 'p.rpm': 'x' }),
  'description of .discinfo': (word) => ({
    '.discinfo': discinfo('x86_64', `Rocky Linux ${word} 9`),
    x: 'x',
  }),
  'DEFAULTBASE of SUSE': (word) => suse(`DISTRO cpe:/o:suse:sles:12:sp5,X\nDEFAULTBASE ${word}\n`),
  'BASEARCHS of SUSE': (word) => suse(`DISTRO cpe:/o:suse:sles:12:sp5,X\nBASEARCHS ${word}\n`),
  'REPOID of SUSE': (word) => suse(`DISTRO cpe:/o:suse:sles:12:sp5,X\nREPOID obsproduct://x/${word}\n`),
  'VERSION of SUSE': (word) =>
    suse(`DISTRO cpe:/o:suse:sles:12:sp5,X\nVERSION ${word}\nDEFAULTBASE x86_64\n`),
  'name of a SUSE medium': (word) => suse('', `SUSE - SLE-15-SP1-${word}-x86_64-Build1-Media1`, ''),
  'product of SUSE': (word) => suse('DEFAULTBASE x86_64\n', 'SUSE', `/ sle-${word} 12.5-0`),
  "Debian's line": (word) => ({
    '.disk/info': `Debian GNU/Linux 12.${word} "B" - Official amd64 DVD`,
    x: 'x',
  }),
  "Ubuntu's line": (word) => ({ '.disk/info': `Ubuntu 22.04.${word} LTS "J" - Release amd64 (1)`, x: 'x' }),
};

const inField: Attack[] = Object.entries(fields).flatMap(([field, files]) =>
  words.map((word, index) => ({
    name: `${field}: ${JSON.stringify(word.slice(0, 30))}`,
    // An ISO file takes longer to make; it is read by the same code from there on.
    make: () => (index % 4 === 0 ? world.iso('m', files(word)) : world.folder('m', files(word))),
  })),
);

/** A folder like a real medium, with more in it, as an ISO file or as it is. */
async function withMore(form: 'iso' | 'folder', more: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = await world.folder('m', media.rocky);
  await more(folder);
  return form === 'iso' ? world.iso('m', {}) : folder;
}

async function archive(argv: readonly string[], files: Files = media.rocky): Promise<string> {
  const folder = await world.folder('m', files);
  const path = world.path('media/m.iso');
  execFileSync('bsdtar', ['-cf', path, ...argv, '-C', folder, '.']);
  return path;
}

/** A list that mtree(5) readers copy host files by. */
const list = () => `#mtree
./.discinfo type=file contents=${world.path('media/m/.discinfo')}
./leaked type=file contents=${world.path('victim/kept')}
../../victim/made type=file contents=${world.path('victim/kept')}
`;

const forms = ['iso', 'folder'] as const;
const links: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'an absolute link': (folder) => symlink(world.path('victim'), join(folder, 'link')),
  'a link that climbs out': (folder) => symlink('../../../../victim', join(folder, 'BaseOS/link')),
  'links that climb out together': async (folder) => {
    await symlink('..', join(folder, 'BaseOS/up'));
    await symlink('BaseOS/up/../victim', join(folder, 'out'));
  },
  'a marker that is a link': (folder) => symlink(world.path('victim/kept'), join(folder, 'content')),
  'a link in the place of .fingerprint': (folder) =>
    symlink(world.path('victim/kept'), join(folder, '.fingerprint')),
  'a link with an escape sequence': (folder) => symlink('/\u001b[31mvictim', join(folder, 'a\u001b[2Jb')),
};
const inStructure: Attack[] = [
  ...Object.entries(links).flatMap(([name, more]) =>
    forms.map((form) => ({ name: `${name} (${form})`, make: () => withMore(form, more) })),
  ),
  ...forms.map((form) => ({
    name: `a program that runs as its owner, and files that all may write (${form})`,
    make: () =>
      withMore(form, async (folder) => {
        await writeFile(join(folder, 'su'), '#!/bin/sh\n');
        await chmod(join(folder, 'su'), 0o6777);
        await chmod(join(folder, 'BaseOS'), 0o1777);
      }),
  })),
  ...forms.map((form) => ({
    name: `a pipe and a device (${form})`,
    make: () =>
      withMore(form, async (folder) => {
        execFileSync('mkfifo', [join(folder, 'content')]);
        execFileSync('mknod', ['-m', '666', join(folder, 'mem'), 'c', '1', '1']);
      }),
  })),
  {
    name: 'a marker of 200 MB',
    make: () => withMore('folder', (folder) => truncate(join(folder, '.treeinfo'), 200_000_000)),
  },
  {
    name: 'a marker with a line of 900,000 blanks',
    make: () =>
      withMore('folder', (folder) => writeFile(join(folder, '.treeinfo'), `a${' '.repeat(900_000)}b`)),
  },
  {
    name: 'a tar archive that climbs out',
    make: () => archive(['-P', '-s', ',^\\./media.repo$,../../../victim/made,']),
  },
  {
    name: 'a tar archive with an absolute name',
    make: () => archive(['-P', '-s', `,^\\./media.repo$,${world.root}/victim/made,`]),
  },
  { name: 'a cpio archive', make: () => archive(['--format', 'newc']) },
  { name: 'a zip file', make: () => archive(['--format', 'zip']) },
  { name: 'a compressed ISO file', make: () => archive(['--format', 'iso9660', '-z']) },
  {
    name: 'a list that names host files',
    make: async () => {
      await world.folder('m', media.rocky);
      await world.write('media/m.iso', list());
      return world.path('media/m.iso');
    },
  },
  {
    name: 'an ISO file that begins as a list that names host files',
    make: async () => {
      const iso = await world.iso('m', media.rocky);
      const bytes = readFileSync(iso);
      bytes.fill('\n', 0, 32_768).write(list());
      await writeFile(iso, bytes);
      return iso;
    },
  },
  {
    name: 'names with escape sequences',
    make: () => world.folder('m', { 'a\u001b[2Jb\nError: forged': 'x' }),
  },
  {
    name: 'a description with line breaks and escape sequences',
    make: () => world.folder('m', { '.discinfo': '1\n\u001b[2J\rError: forged\u009b31m\n\u202ex\n' }),
  },
];

/** Some of a list, from all of it. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor(at * step)] as T);
}

/** Everything below a folder: kind, mode and content of each name. */
function snapshot(folder: string, skip: readonly string[] = []): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): string[] => {
    const path = join(folder, entry.name);
    if (skip.includes(path)) return [];
    const { mode } = lstatSync(path);
    if (entry.isDirectory()) return [`${path} ${mode}`, ...snapshot(path)];
    return [`${path} ${mode} ${entry.isFile() ? readFileSync(path, 'utf8') : 'other'}`];
  });
}

/** What in a folder reaches out of it, or gives others more than reading. */
function leaks(folder: string, top = folder): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): string[] => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      return inside(path, top) ? [] : [`${path} → ${readlinkSync(path)}`];
    }
    if (!entry.isFile() && !entry.isDirectory()) return [`${path} is odd`];
    const { mode } = lstatSync(path);
    const bad = (mode & 0o7022) === 0 ? [] : [`${path} has mode ${mode.toString(8)}`];
    const told =
      entry.isFile() && readFileSync(path, 'utf8').includes('of the host') ? [`${path} tells`] : [];
    return [...bad, ...told, ...(entry.isDirectory() ? leaks(path, top) : [])];
  });
}

function inside(link: string, top: string): boolean {
  try {
    return `${realpathSync(link)}/`.startsWith(`${realpathSync(top)}/`);
  } catch {
    return !readlinkSync(link).startsWith('/');
  }
}

/**
 * Runs copycds in several ways; each ends in order, and nothing but the store and the installdir has changed.
 */
async function attack(make: () => Promise<string>): Promise<void> {
  const path = await make();
  await mkdir(world.installdir, { recursive: true });
  const skip = [world.path('etc'), world.installdir, world.path('media')];
  const before = snapshot(world.root, skip);
  for (const argv of [['-i'], [], ['-n', 'rhels9.4', '-a', 'x86_64'], ['-n', 'sles12.5', '-a', 'x86_64']]) {
    const { stdout, stderr } = await world.run(...argv, path);
    expect(stderr).not.toContain('bug in rootimg');
    // Line breaks are ours alone; whoever shows our output is obeyed by no control character in it.
    expect(`${stdout}${stderr}`).toMatch(/^[^\p{Cc}\u202e]*(\n[^\p{Cc}\u202e]*)*$/u);
    expect(stderr).not.toMatch(/^Error: forged/m);
    expect(snapshot(world.root, skip)).toEqual(before);
    expect(leaks(world.installdir)).toEqual([]);
  }
}

describe('a hostile medium chooses no path', () => {
  it.each(spread(inField, amount(10, 80)))('by $name', ({ make }) => attack(make));
  it.each(spread(inStructure, amount(8, 40)))('by $name', ({ make }) => attack(make));
});

describe('a link in the folder that discs are copied to', () => {
  it.each(forms)('is not followed by the next disc (%s)', async (form) => {
    const first = await world.folder('first', media.centos1);
    await world.run(first);
    const target = join(world.installdir, 'centos6.3/x86_64');
    await symlink(world.path('victim'), join(target, 'extra'));
    const files = { ...media.centos2, 'extra/kept': 'of the medium', 'extra/new': 'x' };
    const before = snapshot(world.path('victim'));
    const { code, stderr } = await world.run(await world[form]('second', files));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('does not fit into') });
    const again = { ...media.centos1, 'extra/kept': 'of the medium' };
    expect((await world.run(await world[form]('again', again))).code).toBe(0);
    expect(snapshot(world.path('victim'))).toEqual(before);
    expect(lstatSync(join(target, 'extra')).isDirectory()).toBe(true);
  });
});
