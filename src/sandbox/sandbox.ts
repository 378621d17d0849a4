import { RootimgError } from '../base/errors.ts';
import { childEnvironment } from '../system/child-environment.ts';
import { lastLines, type RunOptions, type RunResult, run } from '../system/exec.ts';
import { namespaceArgv } from '../system/namespace.ts';
import { sandboxFailed, sandboxScript, sandboxTexts } from './sandbox-script.ts';

/** What `uname` inside the image answers instead of the host's values. */
export interface ImageUname {
  /** Kernel version; absent as long as the image has no kernel. */
  readonly release?: string;
  readonly machine: string;
  /**
   * True lays it over the image's own file; false only puts it first on the PATH of scriptlets, so that a
   * package may replace the file.
   */
  readonly cover: boolean;
}

export interface SandboxOptions {
  /** False by default: loopback only. */
  readonly network?: boolean;
  readonly uname?: ImageUname;
  /** Folder of the host that is seen inside the image as /run/rootimg/shared. */
  readonly shared?: string;
  /** Folder of the host with a folder `macros` in it, whose files the host's rpm reads besides its own. */
  readonly rpmMacros?: string;
  /**
   * The command of the host runs nothing of the image: it has `shared` and `rpmMacros`, and no proc, sys and dev
   * below the root.
   */
  readonly looksOnly?: boolean;
  /** In a layer: folder of our dracut module, put among the image's own. */
  readonly dracutModuleDir?: string;
}

/** Where `shared` is seen inside the image. */
export const sharedInside = '/run/rootimg/shared';

/** Where our `uname` and `service` are found inside the image; on the host there is no such folder. */
const toolsInside = '/run/rootimg/bin';

/** PATH of programs that run inside the image. */
export const imagePath = `${toolsInside}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/**
 * Environment of everything that works in or on the root: no service starts (systemctl and invoke-rc.d know
 * it), root's home.
 */
export const calmEnvironment = { HOME: '/root', SYSTEMD_OFFLINE: '1' } as const;

type Mode = 'look' | 'over' | 'in' | 'layer';

function sandboxArgv(
  mode: Mode,
  root: string,
  layer: string,
  argv: readonly string[],
  options: SandboxOptions,
): string[] {
  return namespaceArgv(scriptArgv(mode, root, layer, argv, options), { network: options.network === true });
}

function scriptArgv(
  mode: Mode,
  root: string,
  layer: string,
  argv: readonly string[],
  options: SandboxOptions,
): string[] {
  const { uname } = options;
  const values = [
    ...[mode, root, layer, options.shared ?? ''],
    ...[uname?.release ?? '', uname?.machine ?? '', uname?.cover ? '1' : ''],
    ...[options.rpmMacros ?? '', options.dracutModuleDir ?? ''],
    ...sandboxTexts,
  ];
  return ['sh', '-c', sandboxScript, 'sandbox', ...values, ...argv];
}

/**
 * argv that only makes the mounts below the root, for a program that makes a root and lets us prepare it. It
 * must run in a namespace of ours already.
 */
export function sandboxMountsArgv(root: string, options: SandboxOptions): string[] {
  return scriptArgv('over', root, '', ['true'], options);
}

/** argv of a host command that works on the root, with proc, sys, dev and run mounted below it. */
export function overRootArgv(root: string, argv: readonly string[], options: SandboxOptions = {}): string[] {
  return sandboxArgv(options.looksOnly === true ? 'look' : 'over', root, '', argv, options);
}

/** argv of a command of the image, run chrooted in the root. */
export function inRootArgv(root: string, argv: readonly string[], options: SandboxOptions = {}): string[] {
  return sandboxArgv('in', root, '', argv, options);
}

/**
 * argv of a command of the image, run chrooted in a layer over the root: whatever it changes vanishes.
 * `layer` is an empty folder.
 */
export function inLayerArgv(
  root: string,
  layer: string,
  argv: readonly string[],
  options: SandboxOptions = {},
): string[] {
  return sandboxArgv('layer', root, layer, argv, options);
}

/** Runs a host command that works on the root; see overRootArgv. */
export function runOverRoot(
  root: string,
  argv: readonly string[],
  options: SandboxOptions,
  runOptions: RunOptions,
): Promise<RunResult> {
  const { PATH = '' } = childEnvironment();
  // What the command runs chrooted has the same PATH.
  return runCalm(overRootArgv(root, argv, options), argv, runOptions, { PATH: `${toolsInside}:${PATH}` });
}

/** Runs a command of the image inside the root; see inRootArgv. */
export function runInRoot(
  root: string,
  argv: readonly string[],
  options: SandboxOptions,
  runOptions: RunOptions,
): Promise<RunResult> {
  return runCalm(inRootArgv(root, argv, options), argv, runOptions, { PATH: imagePath });
}

/** Runs a command of the image inside a layer over the root; see inLayerArgv. */
export function runInLayer(
  root: string,
  layer: string,
  argv: readonly string[],
  options: SandboxOptions,
  runOptions: RunOptions,
): Promise<RunResult> {
  return runCalm(inLayerArgv(root, layer, argv, options), argv, runOptions, { PATH: imagePath });
}

async function runCalm(
  argv: readonly string[],
  shownArgv: readonly string[],
  options: RunOptions,
  environment: Record<string, string>,
): Promise<RunResult> {
  const env = { ...calmEnvironment, ...environment, ...options.env };
  try {
    const result = await run(argv, { ...options, env, shownArgv });
    if (result.exitCode === sandboxFailed.exitCode) throwIfUnprepared(shownArgv, lastLines(result.stderr));
    return result;
  } catch (error) {
    if (error instanceof RootimgError && error.code === 'command-failed') {
      throwIfUnprepared(shownArgv, error.details.slice(1));
    }
    throw error;
  }
}

/** The script says by its last line that the command was never started. */
function throwIfUnprepared(shownArgv: readonly string[], details: readonly string[]): void {
  if (details.at(-1) !== sandboxFailed.line) return;
  throw new RootimgError('sandbox-failed', `${shownArgv[0]} could not be started on the image.`, {
    details: details.slice(0, -1),
  });
}
