import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { RootimgError } from '../base/errors.ts';
import { readIfThere } from '../base/read-if-there.ts';
import { parseJson } from '../plan/parse-json.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { nodeBase } from './node-script.ts';
import type { NodePlaces } from './plan-there.ts';

/** In an image folder: the build that was begun on a node and has not come back. */
const fileName = '.rootimg-remote.json';

const pairs = z.array(z.tuple([z.string(), z.string()]));

/** What is remembered of every build: paths and addresses here and there. */
const common = { schema: z.literal(1), image: z.string(), files: pairs, repositories: pairs };

const hostBuildSchema = z.object({
  ...common,
  host: z.string(),
  options: z.array(z.string()),
  /** Tells this build from all others. */
  owner: z.string(),
  familyDir: z.string(),
  /** Where the node reaches the repositories that are served to it. */
  port: z.number().int().optional(),
});
/** A build on a host that was named. */
export type HostBuild = z.infer<typeof hostBuildSchema>;

const slurmBuildSchema = z.object({
  ...common,
  /** Name of the job, which no other job has. */
  batch: z.string(),
  /** Which of the tasks of its array. */
  index: z.number().int().nonnegative(),
  /** The folder of this build that the nodes share. */
  folder: z.string(),
});
/** A build that is a job of Slurm. */
export type SlurmBuild = z.infer<typeof slurmBuildSchema>;

export type RememberedBuild = HostBuild | SlurmBuild;

const rememberedSchema = z.union([slurmBuildSchema, hostBuildSchema]);

/** Where things of a build lie on its node, in this folder there. */
export function placesIn(
  folder: string,
  { files, repositories }: Pick<RememberedBuild, 'files' | 'repositories'>,
): NodePlaces {
  return {
    rootimgdir: `${folder}/image`,
    postscriptsDir: inputPath(folder, 'postscripts'),
    files: new Map(files),
    repositories: new Map(repositories),
  };
}

/** The folder of an image's build on a host. */
export function hostFolder(image: string): string {
  return `${nodeBase}/builds/${image}`;
}

/** Path on the node of what is sent for a build in this folder there. */
export function inputPath(folder: string, name: string): string {
  return `${folder}/inputs/${name}`;
}

export async function rememberBuild(rootimgdir: string, build: RememberedBuild): Promise<void> {
  await writeFileAtomic(join(rootimgdir, fileName), `${JSON.stringify(build)}\n`, 0o600);
}

export async function forgetBuild(rootimgdir: string): Promise<void> {
  await rm(join(rootimgdir, fileName), { force: true });
}

/** What was begun for this image folder and has not come back. */
export async function begunBefore(rootimgdir: string): Promise<RememberedBuild | undefined> {
  const text = await readIfThere(join(rootimgdir, fileName));
  return rememberedSchema.safeParse(parseJson(text ?? '')).data;
}

/** The same for an image; throws `build-gone` when there is none. */
export async function recallBuild(rootimgdir: string, image: string): Promise<RememberedBuild> {
  const found = await begunBefore(rootimgdir);
  if (found !== undefined && found.image === image) return found;
  throw new RootimgError('build-gone', `No build of ${image} on another host waits to be taken.`, {
    hint: `Build it: genimage --on HOST ${image}, or with --via slurm`,
  });
}
