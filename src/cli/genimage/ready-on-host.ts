import { RootimgError } from '../../base/errors.ts';
import { isPackageFile } from '../../packages/package-files.ts';
import { toolSetsOf } from '../../packages/managers.ts';
import { buildOn } from '../../remote/build-on.ts';
import { anyBuilder, type ChosenNode, openFirstFitting, targetOf } from '../../remote/builders.ts';
import { openNode } from '../../remote/open-node.ts';
import type { HostBuild } from '../../remote/remembered-build.ts';
import type { Scope } from '../../system/scope.ts';
import { hostFor } from './elsewhere.ts';
import type { ReadyBuild, SentJob } from './sending-way.ts';

/**
 * Sends a build over ssh to the host that is named or that fits (`--on`); or takes up the one that was begun
 * before.
 */
export async function readyOnHost(scope: Scope, sent: SentJob, resumed?: HostBuild): Promise<ReadyBuild> {
  const { plan, elsewhere, reporter } = sent;
  const { onLost, verbose } = elsewhere;
  const { node, target, passedOver } = await openChosen(scope, sent, resumed);
  for (const line of passedOver) reporter.info(`Not taken: ${line}`);
  reporter.fact('node', { host: target.host, ...node.facts });
  const remote = { plan, target, onLost, isPackageFile, resumed, verbose, reporter };
  return {
    place: target.host,
    words: `--on ${target.host}`,
    bring: (folder) => buildOn(node, remote, folder),
  };
}

async function openChosen(
  scope: Scope,
  { io, job, plan, elsewhere, askPassword }: SentJob,
  resumed: HostBuild | undefined,
): Promise<ChosenNode> {
  const { builders = [] } = job.config;
  const { image, request } = plan;
  const asker = { env: io.env, askPassword };
  const wanted = {
    arch: request.emulate ? undefined : image.arch,
    tools: toolSetsOf(image.packageManager),
  };
  const host = hostFor(elsewhere.on, image.arch);
  if (host === anyBuilder && resumed === undefined) {
    return openFirstFitting(scope, builders, image, asker, wanted);
  }
  const named = host === undefined || host === anyBuilder ? undefined : targetOf(host, builders);
  if (named !== undefined && resumed !== undefined && resumed.host !== named.host) {
    throw otherHost(image.name, resumed.host);
  }
  const target = resumed ?? named ?? { host: '' };
  return { target, node: await openNode(scope, target, asker, wanted), passedOver: [] };
}

function otherHost(image: string, host: string): RootimgError {
  return new RootimgError('build-gone', `The build of ${image} that waits is on ${host}.`, {
    hint: `genimage --on ${host} --resume ${image}`,
  });
}
