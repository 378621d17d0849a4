import { machine } from 'node:os';
import { RootimgError } from '../base/errors.ts';
import { readOsimage } from '../definition/osimage.ts';
import { readSite } from '../definition/site.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { emptyRequest } from '../plan/empty-request.ts';
import { resolveBuildPlan } from '../resolve/build-plan.ts';
import { withConfigured } from '../resolve/repository-settings.ts';
import { requestOf, withSiteMirror } from '../resolve/request.ts';
import { type DefinitionOptions, openConfigured } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { netbootDir } from './locations.ts';

/** What a build of this image would do now; undefined where it is not defined, or its definition is wrong. */
export async function planOfImage(
  io: CommandIo,
  name: string,
  options: DefinitionOptions,
): Promise<BuildPlan | undefined> {
  const { env, cwd } = io;
  try {
    const { store, config } = await openConfigured(io, options);
    const site = await readSite(store);
    const asked = withConfigured({ ...emptyRequest(), imageName: name }, config);
    const request = withSiteMirror(requestOf(asked, await readOsimage(store, name), cwd), site);
    const where = { netbootDir: await netbootDir(env), hostArch: machine(), env, cwd, ...site };
    return await resolveBuildPlan(request, where);
  } catch (error) {
    if (error instanceof RootimgError) return undefined;
    throw error;
  }
}
