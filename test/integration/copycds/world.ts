import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { recordedIo } from '../../lib/recorded-io.ts';
import { runCommand } from '../../../src/cli/main.ts';

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A management node of its own: an installdir, a store, our real profiles, and a place for media. */
export interface World {
  readonly root: string;
  readonly installdir: string;
  readonly env: Readonly<Record<string, string>>;
  path(...parts: string[]): string;
  write(path: string, content: string): Promise<void>;
  /** Makes a folder with these files, below media/. */
  folder(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Makes an ISO file of such a folder. */
  iso(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  run(...argv: string[]): Promise<Answer>;
  genimage(...argv: string[]): Promise<Answer>;
  lsdef(name: string): Promise<string>;
  /** Names of all files below a folder, sorted. */
  filesBelow(folder: string): Promise<string[]>;
  remove(): Promise<void>;
}

export async function makeWorld(): Promise<World> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rootimg-copycds-')));
  const path = (...parts: string[]) => join(root, ...parts);
  const env = { ROOTIMG_HOME: path('etc'), XCATROOT: path('xcat'), PATH: process.env['PATH'] ?? '' };
  await mkdir(path('xcat/share/xcat'), { recursive: true });
  await symlink(join(import.meta.dirname, '../../../share/xcat/netboot'), path('xcat/share/xcat/netboot'));

  const run = async (name: string, argv: readonly string[]): Promise<Answer> => {
    const { io, said } = recordedIo({ env, cwd: root });
    const code = await runCommand(io, argv, name);
    return { code, ...said };
  };
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(path(file)), { recursive: true });
    await writeFile(path(file), content);
  };
  const folder = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    for (const [file, content] of Object.entries(files)) await write(join('media', name, file), content);
    return path('media', name);
  };
  await write(
    'etc/site/clustersite.stanza',
    `clustersite:\n    objtype=site\n    installdir=${path('install')}\n`,
  );
  return {
    root,
    installdir: path('install'),
    env,
    path,
    write,
    folder,
    iso: async (name, files) => {
      const from = await folder(name, files);
      const to = `${from}.iso`;
      execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-J', '-V', 'TEST', '-o', to, from], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      return to;
    },
    run: (...argv) => run('copycds', argv),
    genimage: (...argv) => run('genimage', argv),
    lsdef: async (name) => (await run('lsdef', ['-t', 'osimage', '-z', name])).stdout,
    filesBelow: async (below) => {
      const entries = await readdir(below, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(below.length + 1))
        .sort();
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

const suseContent = `CONTENTSTYLE 11
DISTRO cpe:/o:suse:sles:12:sp5,SUSE Linux Enterprise Server 12 SP5
REPOID obsproduct://build.suse.de/SUSE:SLE-12-SP5:GA/SLES/12.5/DVD/x86_64
`;

/** Small media of each family, by what real ones have at the same places. */
export const media = {
  rocky: {
    '.discinfo': '1714985906.0\nRocky Linux 9.4\nx86_64\nALL\n',
    '.treeinfo':
      '[general]\narch = x86_64\nfamily = Rocky Linux\nname = Rocky Linux 9.4\nversion = 9.4\nvariant = BaseOS\n',
    'media.repo': '[InstallMedia]\nname=Rocky Linux 9.4\n',
    'AppStream/repodata/repomd.xml': '<repomd/>',
    'AppStream/Packages/a b.rpm': 'x'.repeat(5000),
    'BaseOS/repodata/repomd.xml': '<repomd/>',
    'BaseOS/Packages/z/zlib.rpm': 'z'.repeat(300_000),
  },
  centos1: {
    '.discinfo': '1341569670.5\nCentOS 6.3\nx86_64\n1\n',
    '.treeinfo': '[general]\nfamily = CentOS\nversion = 6.3\narch = x86_64\ndiscnum = 1\ntotaldiscs = 2\n',
    'repodata/repomd.xml': '<repomd/>',
    'Packages/a.rpm': 'a',
  },
  centos2: { '.discinfo': '1341569670.5\nCentOS 6.3\nx86_64\n2\n', 'Packages/z.rpm': 'z' },
  sles: {
    content: suseContent,
    'media.1/media': 'SUSE\n20191010\n2\n',
    'media.1/products': '/ SLES12-SP5 12.5-0\n',
    'suse/setup/descr/packages': 'x',
  },
  sle1: {
    'media.1/media': 'SUSE - SLE-15-SP1-Installer-DVD-x86_64-Build228.2-Media1\nSLE\n2\n',
    'media.1/products': '/ SLES15-SP1 15.1-0\n',
    'boot/x86_64/loader/linux': 'kernel',
  },
  sle2: {
    'media.1/media': 'SUSE - SLE-15-SP1-Packages-x86_64-Build228.2-Media1.iso\nSLE\n1\n',
    'Module-Basesystem/repodata/repomd.xml': '<repomd/>',
  },
  leap: {
    '.treeinfo':
      '[general]\narch = x86_64\nfamily = openSUSE Leap\nname = openSUSE Leap 15.6\nversion = 15.6\n',
    'media.1/media': 'openSUSE - openSUSE-Leap-15.6-DVD-x86_64-Build710.3-Media\nopenSUSE\n1\n',
    'media.1/products': '/ openSUSE-Leap 15.6-1\n',
    'repodata/repomd.xml': '<repomd/>',
  },
  debian: {
    '.disk/info':
      'Debian GNU/Linux 12.7.0 "Bookworm" - Official amd64 DVD Binary-1 with firmware 20240831-10:40',
    'dists/bookworm/Release': 'Suite: stable\n',
    'pool/main/a/a.deb': 'a',
  },
  ubuntu: {
    '.disk/info': 'Ubuntu-Server 22.04.3 LTS "Jammy Jellyfish" - Release amd64 (20230810)',
    'casper/vmlinuz': 'kernel',
    'dists/jammy/Release': 'Suite: jammy\n',
  },
} as const;
