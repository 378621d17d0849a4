import type { Config } from '../../definition/config.ts';
import { readSite, type Site } from '../../definition/site.ts';
import type { Store } from '../../definition/store.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { withConfigured } from '../../resolve/repository-settings.ts';
import { type ResolvedRequest, resolveRequest } from '../../resolve/request.ts';
import type { CommandIo } from '../io.ts';
import { netbootDir } from '../locations.ts';

/** Everything that a build or a dry run on the management node starts from. */
export interface GenimageJob {
  readonly resolved: ResolvedRequest;
  readonly site: Site;
  readonly netboot: string;
  readonly config: Config;
}

/** What a build or a dry run of a definition starts from; `asked` says what the command line does. */
export async function resolveJob(
  io: CommandIo,
  store: Store,
  asked: BuildRequest,
  config: Config,
): Promise<GenimageJob> {
  const options = withConfigured(asked, config);
  const netboot = await netbootDir(io.env);
  const name = options.imageName;
  const definition = name === undefined ? undefined : await store.read('osimage', name);
  const site = await readSite(store);
  const resolved = await resolveRequest({ options, definition, site, netbootDir: netboot, cwd: io.cwd });
  return { resolved, site, netboot, config };
}
