import { basename } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { anyExitCode, lastLines } from '../system/exec.ts';
import { type Build, treeChanges } from './build-context.ts';
import { inStep } from './build-step.ts';
import { imageUname } from './image-uname.ts';
import type { Kernel } from './initrd/kernel.ts';
import { runOverRoot } from '../sandbox/sandbox.ts';

/**
 * Runs the postinstall scripts on the host, in order, with the root prepared for chroot (xCAT: arguments and
 * IMG_ variables). Each line they print is shown with the script's name in front. An exit status other than 0
 * stops the build.
 */
export async function runPostinstall(build: Build, kernel: Kernel): Promise<void> {
  const { plan } = build;
  const uname = await imageUname(build, true);
  const limit = plan.request.postinstallTimeout;
  for (const { path, args } of plan.postinstall) {
    const name = basename(path);
    await inStep(build, `Run postinstall script ${name}`, async () => {
      treeChanges(build);
      const logFile = build.logs.path(`postinstall-${name}.log`);
      const result = await runOverRoot(
        build.root,
        postinstallArgv(plan, path, args, build.root),
        { network: !plan.request.nonetwork, uname },
        {
          env: { ...plan.environment, ...postinstallEnvironment(plan, build.root, kernel.version) },
          logFile,
          onLine: (line) => build.reporter.info(`${name}: ${line}`),
          okCodes: anyExitCode,
          action: `run ${path}`,
          // What ends is the namespace, and with it all that the script has started.
          ...(limit === undefined ? {} : { timeout: Number(limit) * 1000 }),
        },
      );
      if (result.exitCode === 0) return;
      const output = result.stderr.trim() === '' ? result.stdout : result.stderr;
      throw new RootimgError(
        'postinstall-failed',
        `The postinstall script ${path} ended with exit status ${result.exitCode}.`,
        { details: lastLines(output), hint: `Its whole output is in ${logFile}.` },
      );
    });
  }
}

/** xCAT: `script <rootimg> <osvers> <arch> <profile>`, then the arguments of the attribute. */
export function postinstallArgv(
  plan: BuildPlan,
  path: string,
  args: readonly string[],
  root: string,
): string[] {
  const { osvers, arch, profile } = plan.image;
  return [path, root, osvers, arch, profile, ...args];
}

/** The IMG_ variables; lists and folders as the definition has them. */
export function postinstallEnvironment(
  plan: BuildPlan,
  root: string,
  kernelVersion: string,
): Record<string, string> {
  const { image, request } = plan;
  return {
    IMG_NAME: image.name,
    IMG_ARCH: image.arch,
    IMG_OSVER: image.osvers,
    IMG_KERNELVERSION: kernelVersion,
    IMG_PROFILE: image.profile,
    IMG_PKGLIST: request.pkglist ?? '',
    IMG_PKGDIR: request.srcdir ?? '',
    IMG_OTHERPKGLIST: request.otherpkglist ?? '',
    IMG_OTHERPKGDIR: request.otherpkgdir ?? '',
    IMG_ROOTIMGDIR: root,
  };
}
