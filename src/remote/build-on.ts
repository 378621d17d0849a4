import { sizeWords } from '../base/size-words.ts';
import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { RootimgError } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { type Scope, withScope } from '../system/scope.ts';
import { stopSignal } from '../system/signals.ts';
import { buildFailure, followBuild } from './follow-build.ts';
import { type BuildSession, openSession } from './build-session.ts';
import { fetchImage, fetchInPhase } from './fetch-image.ts';
import type { OpenNode } from './open-node.ts';
import { localRepositories } from './plan-inputs.ts';
import { namedAsHere, planText } from './plan-there.ts';
import { forgetBuild, type HostBuild, hostFolder, placesIn, rememberBuild } from './remembered-build.ts';
import { callPart } from './node.ts';
import { placeInputs, sendKit } from './send.ts';
import { sendInputs } from './send-inputs.ts';
import { serveToNode } from './serve-to-node.ts';
import type { SshTarget } from './ssh.ts';

/** A build that another host does. */
export interface RemoteJob {
  readonly plan: BuildPlan;
  readonly target: SshTarget;
  readonly onLost: 'keep' | 'stop';
  /** Whether a name of a package list is a file of the host. */
  readonly isPackageFile: (name: string) => boolean;
  /** A build that was begun before and is to be taken now. */
  readonly resumed?: HostBuild | undefined;
  readonly verbose: boolean;
  readonly reporter: Reporter;
}

/** Gives a text of the node with the names that its paths and addresses have here. */
export type NamedAsHere = (text: string) => string;

/** A build that has begun on the node. */
interface BegunBuild {
  readonly session: BuildSession;
  readonly build: HostBuild;
  /** Bytes sent so far. */
  readonly sent: () => { readonly kit: number; readonly files: number; readonly repositories: number };
}

/**
 * Builds the image of a plan on a node and brings it into the empty folder `to`: tree, kernel, initrds,
 * manifest, logs. When the build fails its logs come alone, and its problems are thrown as they are. Told to
 * stop, it lets the node stop in order and waits for that. Throws `connection-lost` when the node is gone.
 */
export async function buildOn(node: OpenNode, job: RemoteJob, to: string): Promise<NamedAsHere> {
  return withScope(async (scope) => {
    const begun = await (job.resumed === undefined
      ? beginBuild(scope, node, job)
      : resumeBuild(scope, node, job, job.resumed));
    return takeBuild(node, job, begun, to);
  });
}

async function takeBuild(
  node: OpenNode,
  { plan, reporter, resumed }: RemoteJob,
  { session, build, sent }: BegunBuild,
  to: string,
): Promise<NamedAsHere> {
  const text = namedAsHere(placesIn(hostFolder(build.image), build), plan);
  let isOver = false;
  try {
    const outcome = await followBuild(session, reporter, text);
    isOver = outcome.status !== 0;
    if (isOver) {
      stopSignal.throwIfAborted();
      await fetchImage(node, session.folder, to, 'logs').catch(() => {});
      if (resumed !== undefined && build.port !== undefined) {
        reporter.warn(
          'The build may have needed packages from here while the connection was cut: build again.',
        );
      }
      const errors = () => callPart(node, 'errors', [build.image]);
      throw await buildFailure(build.host, outcome, text, errors);
    }
    const received = await fetchInPhase(node, session.folder, to, reporter);
    reporter.fact('transfer', { sent: sent(), received });
    isOver = true;
    return text;
  } catch (error) {
    // What a node sends that is refused once is refused again.
    isOver ||= stopSignal.aborted || (error instanceof RootimgError && error.code === 'archive-refused');
    throw error;
  } finally {
    await (isOver ? endBuild(session, plan) : session.leave());
  }
}

async function endBuild(session: BuildSession, { image }: BuildPlan): Promise<void> {
  await session.end();
  await forgetBuild(image.rootimgdir);
}

/** Sends what a build needs and makes it ready to start. */
async function beginBuild(scope: Scope, node: OpenNode, job: RemoteJob): Promise<BegunBuild> {
  const { plan, reporter, onLost, verbose, target } = job;
  const { host } = node.connection;
  return inPhase(
    reporter,
    `Send the plan to ${host}`,
    async () => {
      const kit = await sendKit(node, plan.image.family, node.folder);
      const owner = `${randomBytes(16).toString('hex')} ${userInfo().username}@${hostname()} since ${new Date().toISOString()}`;
      const words = { image: plan.image.name, owner, familyDir: kit.familyDir, onLost, verbose };
      const session = await openSession(node, { ...words, how: 'new' });
      try {
        const inputs = await sendInputs(scope, node, plan, job.isPackageFile);
        const build: HostBuild = {
          ...{ schema: 1, image: plan.image.name, host, options: [...(target.options ?? [])] },
          ...{ owner, familyDir: kit.familyDir, ...inputs.places },
        };
        await placeInputs(
          node,
          plan.image.name,
          inputs.files,
          planText(plan, placesIn(hostFolder(build.image), build), kit.familyDir),
        );
        await rememberBuild(plan.image.rootimgdir, build);
        const sent = () => ({ kit: kit.bytes, files: inputs.bytes, repositories: inputs.served() });
        return { session, build, sent };
      } catch (error) {
        await session.end();
        throw error;
      }
    },
    ({ sent }) => sizeWords(sent().kit + sent().files),
  );
}

/** Takes up a build that was begun before: it may need its repositories still. */
async function resumeBuild(
  scope: Scope,
  node: OpenNode,
  { plan, onLost, verbose }: RemoteJob,
  build: HostBuild,
): Promise<BegunBuild> {
  const words = { image: build.image, owner: build.owner, familyDir: build.familyDir, onLost, verbose };
  const session = await openSession(node, { ...words, how: 'resume' });
  // Those that were sent are there.
  const overHttp = build.repositories.filter(([, there]) => !there.startsWith('file:'));
  const served = new Set(overHttp.map(([here]) => here));
  const local = (await localRepositories(plan)).filter(({ repository }) => served.has(repository.url));
  const again = await serveToNode(scope, node, local, build.image, build.port);
  return { session, build, sent: () => ({ kit: 0, files: 0, repositories: again.sent() }) };
}
