import { normaliseArch } from '../base/architecture.ts';
import { problemsOf, RootimgError } from '../base/errors.ts';
import type { Scope } from '../system/scope.ts';
import { stopSignal } from '../system/signals.ts';
import { type Asker, type OpenNode, openNode, type WantedNode } from './open-node.ts';
import type { SshTarget } from './ssh.ts';

/** A host of the list in config.yaml that may build images. */
export interface Builder {
  /** What follows `ssh`. */
  readonly name: string;
  /** Osarch of its images; absent: it is asked. */
  readonly arch?: string | undefined;
  /** What its images are of: `rocky9` is rocky9.4 too; absent: all. */
  readonly osvers?: string | readonly string[] | undefined;
  readonly user?: string | undefined;
  /** Words after ssh's `-o`. */
  readonly options?: readonly string[] | undefined;
}

/** What of an image decides which host may build it. */
export interface BuilderImage {
  readonly arch: string;
  readonly osvers: string;
}

/** The word for `--on` that stands for the first builder that fits. */
export const anyBuilder = 'auto';

/** How a host is reached: one of the list by what stands there, any other by its name alone. */
export function targetOf(host: string, builders: readonly Builder[]): SshTarget {
  const builder = builders.find(({ name }) => name === host);
  if (builder === undefined) return { host };
  const { name, user, options = [] } = builder;
  return { host: user === undefined ? name : `${user}@${name}`, options };
}

/** Releases that a builder is for; none: all. */
export function releasesOf({ osvers = [] }: Builder): readonly string[] {
  return typeof osvers === 'string' ? [osvers] : osvers;
}

/** Why the list says that a builder is not for an image; undefined where it may be. */
export function whyNotFor(builder: Builder, { arch, osvers }: BuilderImage): string | undefined {
  if (builder.arch !== undefined && normaliseArch(builder.arch) !== normaliseArch(arch)) {
    return `It is for ${builder.arch}, the image is for ${arch}.`;
  }
  const releases = releasesOf(builder);
  const isOne = (release: string) => osvers === release || osvers.startsWith(`${release}.`);
  if (releases.length === 0 || releases.some(isOne)) return undefined;
  return `It is for ${releases.join(', ')}, the image is of ${osvers}.`;
}

/** A node that may be worked on, and how it was reached. */
export interface ChosenNode {
  readonly node: OpenNode;
  readonly target: SshTarget;
  /** Why those before it in the list were not taken, a line for each reason. */
  readonly passedOver: readonly string[];
}

/**
 * Opens the first builder of the list that can build an image now. ssh asks nothing meanwhile, and waits for
 * none longer than ten seconds. Throws `no-builder` with the reasons of all when none can.
 */
export async function openFirstFitting(
  scope: Scope,
  builders: readonly Builder[],
  image: BuilderImage,
  asker: Asker,
  wanted: WantedNode,
): Promise<ChosenNode> {
  const passedOver: string[] = [];
  for (const builder of builders) {
    const target = targetOf(builder.name, builders);
    const not = whyNotFor(builder, image);
    if (not !== undefined) {
      passedOver.push(`${builder.name}: ${not}`);
      continue;
    }
    try {
      return {
        node: await openNode(scope, { ...target, unattended: true }, asker, wanted),
        target,
        passedOver,
      };
    } catch (error) {
      if (!(error instanceof RootimgError) || stopSignal.aborted) throw error;
      passedOver.push(...reasonsOf(error).map((reason) => `${builder.name}: ${reason}`));
    }
  }
  throw noBuilder(image, passedOver);
}

/** What an error says of a host, in one line for each problem. */
export function reasonsOf(error: RootimgError): string[] {
  const [first, ...others] = problemsOf(error).map(({ message }) => message);
  return [[first, ...error.details].join(' '), ...others];
}

function noBuilder({ arch, osvers }: BuilderImage, passedOver: readonly string[]): RootimgError {
  if (passedOver.length === 0) {
    return new RootimgError('no-builder', 'There is no list of hosts to choose from.', {
      hint: 'Write it into config.yaml (builders), or name the host: --on HOST',
    });
  }
  return new RootimgError(
    'no-builder',
    `No host of the list can build an image of ${osvers} for ${arch} now.`,
    {
      details: passedOver.map((line) => `  ${line}`),
      hint: 'Mend what is told of one below, or add another to builders in config.yaml.',
    },
  );
}
