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

const rememberedSchema = z.object({
  schema: z.literal(1),
  image: z.string(),
  host: z.string(),
  options: z.array(z.string()),
  /** Tells this build from all others. */
  owner: z.string(),
  familyDir: z.string(),
  /** Paths and addresses here and there. */
  files: pairs,
  repositories: pairs,
  /** Where the node reaches the repositories that are served to it. */
  port: z.number().int().optional(),
});
export type RememberedBuild = z.infer<typeof rememberedSchema>;

/** Where things of a build lie on its node. */
export function placesOf({ image, files, repositories }: RememberedBuild): NodePlaces {
  const folder = `${nodeBase}/builds/${image}`;
  return {
    rootimgdir: `${folder}/image`,
    postscriptsDir: inputPath(image, 'postscripts'),
    files: new Map(files),
    repositories: new Map(repositories),
  };
}

/** Path on the node of what is sent for a build. */
export function inputPath(image: string, name: string): string {
  return `${nodeBase}/builds/${image}/inputs/${name}`;
}

export async function rememberBuild(rootimgdir: string, build: RememberedBuild): Promise<void> {
  await writeFileAtomic(join(rootimgdir, fileName), `${JSON.stringify(build)}\n`, 0o600);
}

export async function forgetBuild(rootimgdir: string): Promise<void> {
  await rm(join(rootimgdir, fileName), { force: true });
}

/** What was begun for this image folder and has not come back; throws `build-gone` when there is none. */
export async function recallBuild(rootimgdir: string, image: string): Promise<RememberedBuild> {
  const text = await readIfThere(join(rootimgdir, fileName));
  const found = rememberedSchema.safeParse(parseJson(text ?? '')).data;
  if (found !== undefined && found.image === image) return found;
  throw new RootimgError('build-gone', `No build of ${image} on another host waits to be taken.`, {
    hint: `Build it: genimage --on HOST ${image}`,
  });
}
