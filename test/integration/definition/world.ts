import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedIo } from '../../lib/recorded-io.ts';
import { runCommand } from '../../../src/cli/main.ts';

export const fixtures = join(import.meta.dirname, '../../../fixtures/definitions');

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A store of its own, and the definition commands run on it in this process. */
export interface DefWorld {
  readonly home: string;
  /** Runs a command line, such as `lsdef -t osimage -w 'a==b c'`. */
  run(line: string, stdin?: string): Promise<Answer>;
  /** Loads stanzas that must be right. */
  load(stanzas: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes an empty world, or one that holds the three images of the recorded runs. */
export async function makeDefWorld(
  content: 'empty' | 'three-images' = 'empty',
  env: Record<string, string> = {},
): Promise<DefWorld> {
  const home = await mkdtemp(join(tmpdir(), 'rootimg-def-'));
  const run = (line: string, stdin = ''): Promise<Answer> => answer(home, env, line, stdin);
  const load = async (stanzas: string): Promise<void> => {
    const { code, stderr } = await run('mkdef -z', stanzas);
    if (code !== 0) throw new Error(stderr);
  };
  if (content === 'three-images') await load(await readFile(join(fixtures, 'three-images.stanza'), 'utf8'));
  return { home, run, load, remove: () => rm(home, { recursive: true }) };
}

async function answer(
  home: string,
  env: Record<string, string>,
  line: string,
  stdin: string,
): Promise<Answer> {
  const [name = '', ...argv] = words(line);
  const { io, said } = recordedIo({
    stdin: async () => stdin,
    env: { ROOTIMG_HOME: home, ...env },
    cwd: home,
  });
  const code = await runCommand(io, argv, name);
  return { code, ...said };
}

/** Words as a shell makes them, as far as blanks and single quotes go. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
