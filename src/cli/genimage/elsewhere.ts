import { normaliseArch } from '../../base/architecture.ts';
import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';
import type { SlurmChoice } from '../../remote/slurm/slurm.ts';

/** What is said of a build on another host. */
export interface Elsewhere {
  /** A host or `auto`, or one for each architecture; undefined where a build is resumed: it is known which has it. */
  readonly on: string | ReadonlyMap<string, string> | undefined;
  /** Slurm chooses the host, of these; undefined where it is not asked. */
  readonly slurm: SlurmChoice | undefined;
  readonly onLost: 'keep' | 'stop';
  readonly resume: boolean;
  readonly verbose: boolean;
}

interface ElsewhereWords {
  readonly on: string | undefined;
  readonly via: string | undefined;
  readonly partition: string | undefined;
  readonly constraint: string | undefined;
  readonly onLost: string | undefined;
  readonly resume: boolean;
  readonly verbose: boolean;
}

/** What needs the tree that lies here, or a person at the build, is nothing for another host. */
const onlyHere = ['onlyinitrd', 'interactive', 'stage'] as const;

/** Reads what the words say of another host; undefined where this one builds. Throws `usage` problems. */
export function readElsewhere(
  request: BuildRequest,
  isDryRun: boolean,
  words: ElsewhereWords,
): Elsewhere | undefined {
  const { on, onLost, resume, verbose } = words;
  const slurm = readSlurm(words);
  if (onLost !== undefined && (slurm !== undefined || (on === undefined && !resume))) {
    throw new RootimgError('usage', '--on-lost is for builds on another host.', {
      hint: slurm === undefined ? 'Name it: --on HOST' : 'A job of Slurm goes on until it has ended.',
    });
  }
  if (on === undefined && slurm === undefined && !resume) return undefined;
  if (onLost !== undefined && onLost !== 'keep' && onLost !== 'stop') {
    throw new RootimgError('usage', `--on-lost is keep or stop, not '${onLost}'.`);
  }
  const beside = onlyHere.filter((field) => request[field]).map((field) => `--${field}`);
  if (isDryRun) beside.push('--dryrun');
  if (beside.length > 0) {
    throw new RootimgError(
      'usage',
      `${beside.join(' and ')} cannot be used together with --on, --via or --resume.`,
    );
  }
  const hosts = on === undefined ? undefined : readHosts(on);
  return { on: hosts, slurm, onLost: onLost ?? 'keep', resume, verbose };
}

function readSlurm({ on, via, partition, constraint }: ElsewhereWords): SlurmChoice | undefined {
  if (via === undefined) {
    if (partition === undefined && constraint === undefined) return undefined;
    throw new RootimgError('usage', '--partition and --constraint are for --via slurm.');
  }
  if (via !== 'slurm') throw new RootimgError('usage', `--via is slurm, not '${via}'.`);
  if (on === undefined) return { partition, constraint };
  throw new RootimgError('usage', '--on names a host and --via has Slurm choose one: only one of them.');
}

/** `HOST`, or `ARCH=HOST,ARCH=HOST`. */
function readHosts(text: string): string | ReadonlyMap<string, string> {
  if (!/[=,]/.test(text)) return text;
  const hosts = new Map<string, string>();
  for (const word of text.split(',')) {
    const [, arch, host] = /^([^=]+)=([^=]+)$/.exec(word) ?? [];
    if (arch === undefined || host === undefined) {
      throw new RootimgError('usage', `--on takes a host or ARCH=HOST,ARCH=HOST, not '${text}'.`);
    }
    if (hosts.has(normaliseArch(arch))) throw new RootimgError('usage', `--on names two hosts for ${arch}.`);
    hosts.set(normaliseArch(arch), host);
  }
  return hosts;
}

/** The host that is named for images of an architecture; undefined where none need be. Throws `usage`. */
export function hostFor(on: Elsewhere['on'], arch: string): string | undefined {
  if (on === undefined || typeof on === 'string') return on;
  const host = on.get(normaliseArch(arch));
  if (host !== undefined) return host;
  throw new RootimgError('usage', `--on names no host for ${arch}, which the image is for.`, {
    hint: `Add one: --on …,${arch}=HOST`,
  });
}
