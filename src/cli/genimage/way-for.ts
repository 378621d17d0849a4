import { recallBuild } from '../../remote/remembered-build.ts';
import type { Elsewhere } from './elsewhere.ts';
import { readyBySlurm, readyFromSlurm } from './ready-by-slurm.ts';
import { readyOnHost } from './ready-on-host.ts';
import type { SendingWay } from './sending-way.ts';

/** The way that the words say; what was begun before is taken from where it is. */
export function wayFor({ resume, slurm }: Elsewhere): SendingWay {
  if (!resume) return slurm === undefined ? readyOnHost : readyBySlurm();
  return async (scope, sent) => {
    const { rootimgdir, name } = sent.plan.image;
    const build = await recallBuild(rootimgdir, name);
    return 'batch' in build ? readyFromSlurm(sent, build) : readyOnHost(scope, sent, build);
  };
}
