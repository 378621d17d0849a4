import type { Config } from '../../definition/config.ts';
import type { Site } from '../../definition/site.ts';
import type { ResolvedRequest } from '../../resolve/request.ts';

/** Everything that a build or a dry run on the management node starts from. */
export interface GenimageJob {
  readonly resolved: ResolvedRequest;
  readonly site: Site;
  readonly netboot: string;
  readonly config: Config;
}
