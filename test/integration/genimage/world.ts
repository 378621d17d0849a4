import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { genimage } from '../../../src/cli/genimage/genimage.ts';
import type { CommandIo } from '../../../src/cli/io.ts';
import { recordedIo } from '../../lib/recorded-io.ts';
import { printError } from '../../../src/cli/print-error.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A management node of its own in a temporary folder: /opt/xcat and /install of a fixture stand below it. */
export interface World {
  readonly root: string;
  /** The same text with `/opt/xcat` and `/install` moved into this world. */
  here(text: string): string;
  /** And back. */
  away(text: string): string;
  file(path: string, content?: string): Promise<void>;
  folder(path: string): Promise<void>;
  define(stanza: string): Promise<void>;
  site(attributes: string): Promise<void>;
  run(...argv: string[]): Promise<Ran>;
  runIn(extra: Partial<Pick<CommandIo, 'env' | 'cwd' | 'ask'>>, ...argv: string[]): Promise<Ran>;
  remove(): Promise<void>;
}

const families = [
  'rh',
  'centos',
  'centos-stream',
  'rocky',
  'alma',
  'ol',
  'fedora',
  'SL',
  'sles',
  'sle',
  'suse',
  'ubuntu',
  'debian',
];

export async function makeWorld(): Promise<World> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rootimg-genimage-')));
  const home = join(root, 'etc');
  const here = (text: string) =>
    text.replace(/(?<![\w/.])\/(opt\/xcat|install)(?=[/\s,:"']|$)/g, `${root}/$1`);
  const world: World = {
    root,
    here,
    away: (text) => text.replaceAll(root, ''),
    file: async (path, content = '') => {
      await mkdir(dirname(here(path)), { recursive: true });
      await writeFile(here(path), content);
    },
    folder: async (path) => void (await mkdir(here(path), { recursive: true })),
    define: async (stanza) => {
      const text = here(stanza);
      const name = /^(\S+):$/m.exec(text)?.[1] ?? '';
      await mkdir(join(home, 'osimage'), { recursive: true });
      await writeFile(join(home, 'osimage', `${name}.stanza`), text);
    },
    site: async (attributes) => {
      const lines = attributes
        .trim()
        .split('\n')
        .map((line) => `    ${line}\n`);
      await mkdir(join(home, 'site'), { recursive: true });
      await writeFile(
        join(home, 'site/clustersite.stanza'),
        `clustersite:\n    objtype=site\n${lines.join('')}`,
      );
    },
    run: (...argv) => world.runIn({}, ...argv),
    runIn: async (extra, ...argv) => {
      const { io, said } = recordedIo({
        env: { PATH: process.env['PATH'], XCATROOT: join(root, 'opt/xcat'), ROOTIMG_HOME: home },
        cwd: root,
        ...extra,
      });
      const code = await genimage(io, argv).then(
        () => io.exitCode,
        (error: unknown) => printError(io, error),
      );
      return { code, ...said };
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
  for (const family of families) await world.folder(`/opt/xcat/share/xcat/netboot/${family}`);
  await world.site(here('installdir=/install'));
  return world;
}

/** What a shell reads from the words of a command line, `cd DIR; ./genimage …` as DIR and the rest. */
export function shellWords(line: string): string[] {
  const command = line.replace(/^cd /, 'set -- ').replace('; ./genimage', ' ./genimage');
  const output = execFileSync('sh', ['-c', `${command}\nprintf '%s\\0' "$@"`]);
  return output.toString('utf8').split('\0').slice(0, -1);
}
