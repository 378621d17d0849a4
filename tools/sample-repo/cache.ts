import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../src/system/publish.ts';
import { listsState } from './apt-lists.ts';
import type { DebianPackage } from './closure.ts';
import { elSystem, filesystemSpec } from './filesystem-package.ts';
import { describeRepository } from './layout.ts';
import { type Machine, thisMachine } from './machine.ts';
import { recipe } from './packages.ts';
import { oldAgent, tinyRepositories } from './tiny-packages.ts';
import type { Made, SampleRepository } from './types.ts';

/** Short name for what something is made from. */
export const digest = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** What is known before anything is resolved. */
export interface Lookup {
  readonly base: string;
  readonly machine: Machine;
  /**
   * Digest of the recipe and the state of apt's lists: cheap, and enough to know that nothing has changed.
   */
  readonly state: string;
  /** Name of the repository's folder: digest of the recipe and the versions of all its packages. */
  keyOf(packages: readonly DebianPackage[]): string;
}

export async function lookUp(base: string): Promise<Lookup> {
  const machine = await thisMachine();
  const inputs = [recipe(machine), filesystemSpec(elSystem()), elSystem().files, tinyRepositories, oldAgent];
  return {
    base,
    machine,
    state: digest([inputs, await listsState()]),
    keyOf: (packages) => digest([inputs, packages.map((pkg) => [pkg.name, pkg.version, pkg.sha256])]),
  };
}

const currentSchema = z.object({ state: z.string(), key: z.string() });
const madeSchema = z.object({ kernelver: z.string(), packageCount: z.number() });

/** What a file of ours says; undefined when there is none, or none of this form. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** What a whole repository in `dir` says of itself; undefined when there is none. */
export async function readMade(dir: string): Promise<Made | undefined> {
  return readJson(join(dir, 'repository.json'), madeSchema);
}

/** Where made things lie, and the state of all that they are made from. */
export type State = Pick<Lookup, 'base' | 'state'>;

/** The folder of what was made from this very state. */
export async function currentFolder({ base, state }: State): Promise<string | undefined> {
  const current = await readJson(join(base, 'current.json'), currentSchema);
  return current?.state === state ? join(base, current.key) : undefined;
}

/** The repository that was made from this very state, if it is still there. */
export async function findCurrent(lookup: Lookup): Promise<SampleRepository | undefined> {
  const dir = await currentFolder(lookup);
  const made = dir === undefined ? undefined : await readMade(dir);
  return dir === undefined || made === undefined
    ? undefined
    : describeRepository(dir, lookup.machine.rpm, made);
}

/** Remembers which folder belongs to the state, so that the next call need not resolve. */
export async function recordCurrent({ base, state }: State, key: string): Promise<void> {
  await writeFileAtomic(join(base, 'current.json'), `${JSON.stringify({ state, key })}\n`);
}

const day = 24 * 60 * 60 * 1000;

/** Removes older repositories, but none that was made in the last day: somebody may still be reading it. */
export async function removeOld(base: string, key: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (name === key || !/^[0-9a-f]{16}$/.test(name)) continue;
    const dir = join(base, name);
    if (Date.now() - (await stat(dir)).mtimeMs > day) await rm(dir, { recursive: true, force: true });
  }
}
