import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, RootimgError } from '../base/errors.ts';
import { imageWords } from '../plan/image-words.ts';
import { signedListNames } from '../plan/signed-list.ts';
import { inPhase, type Phase, type Reporter } from '../report/reporter.ts';
import { namespaceArgv } from '../system/namespace.ts';
import { type Scope, withScope } from '../system/scope.ts';
import { workDir } from '../system/work-dir.ts';
import { chooseAccelerator, findQemu } from './accelerator.ts';
import { type BootReport, machineWords, secondsFromPowerOn } from './boot-report.ts';
import { prepareUefi } from './firmware.ts';
import { defaultMemory, type PackedImage } from './image.ts';
import { serveFiles } from './image-server.ts';
import { judge } from './judge.ts';
import { kernelForQemu } from './kernel-file.ts';
import { kernelLine } from './kernel-line.ts';
import { type Machine, machineFor } from './machine.ts';
import { checkPxeTools, preparePxe, pxeAddress, pxeNetworkArgv, pxeTap } from './pxe.ts';
import { type Accelerator, qemuArgv } from './qemu-argv.ts';
import { openReportPort } from './report-port.ts';
import type { BootRequest } from './request.ts';
import { runMachine } from './run-machine.ts';
import { longestSilence, untilNoStandstill } from './standstill.ts';

/** QEMU's user network: the host's loopback as the guest sees it. */
const hostAddress = '10.0.2.2';

/** Everything that decides how the machine looks. */
interface Setting {
  readonly request: BootRequest;
  readonly image: PackedImage;
  readonly machine: Machine;
  readonly program: string;
  readonly accelerator: Accelerator;
  /** Mebibytes. */
  readonly memory: number;
}

/** Boots an image once; gives what the node said of itself and in what it is not as it should be. */
export async function bootMachine(
  request: BootRequest,
  image: PackedImage,
  reporter: Reporter,
): Promise<{ report: BootReport; problems: Problem[] }> {
  const machine = machineFor(image.arch);
  if (request.pxe && machine.arch !== 'x86_64') {
    throw new RootimgError(
      'boot-arch',
      `Only machines of architecture x86_64 boot with --pxe, not ${image.arch}.`,
    );
  }
  if (request.pxe) await checkPxeTools();
  const program = await findQemu(machine);
  const accelerator = await chooseAccelerator(program, machine);
  const memory = request.memory ?? defaultMemory(image.pack);
  const setting: Setting = { request, image, machine, program, accelerator, memory };
  const { cpus, firmware, pxe } = request;
  const words = machineWords({ arch: machine.arch, firmware, pxe, accelerator, cpus, memory });
  const title = `Booting ${request.imageName} in a virtual machine (${[image.pack.file, ...words].join(', ')})`;
  return untilNoStandstill(
    () => withScope((scope) => inPhase(reporter, title, (phase) => bootOnce(setting, scope, phase))),
    () => reporter.warn('The emulated machine came to a standstill in its kernel; it is started again.'),
  );
}

/** The signed list of an image that has one, as files of `folder` under their paths on the server. */
async function signedFiles({ signed }: PackedImage, folder: string): Promise<[string, string][]> {
  if (signed === undefined) return [];
  const contents = [signed.list, signed.signature];
  return Promise.all(
    signedListNames.map(async (name, index): Promise<[string, string]> => {
      await writeFile(join(folder, name), contents[index] ?? '');
      return [`/${name}`, join(folder, name)];
    }),
  );
}

async function bootOnce(
  { request, image, machine, program, accelerator, memory }: Setting,
  scope: Scope,
  phase: Phase,
): Promise<{ report: BootReport; problems: Problem[] }> {
  const { cpus, firmware, pxe } = request;
  const { pack } = image;
  const { arch } = machine;
  const logs = join(request.rootimgdir, 'logs');
  await mkdir(logs, { recursive: true });
  // Not in rootimgdir: the name of a socket may have 107 bytes at most.
  const folder = await workDir('boot');
  scope.defer(folder, () => rm(folder, { recursive: true, force: true }));
  let step = 'firmware';
  const path = `/${encodeURIComponent(pack.file)}`;
  const socket = pxe ? join(folder, 'web') : undefined;
  const files = new Map([
    [path, image.packed],
    ...(await signedFiles(image, folder)),
    ...(pxe
      ? ([
          ['/kernel', image.kernel],
          ['/initrd', image.initrd],
        ] as const)
      : []),
  ]);
  const server = await serveFiles(files, {
    socket,
    onSent: (sent) => phase.progress(step, sent, pack.size),
  });
  scope.defer('image server', server.close);
  const port = await openReportPort(folder, scope);
  const line = kernelLine({
    ...(request.kernelParameters === undefined ? {} : { extra: request.kernelParameters }),
    ...(accelerator === 'tcg' ? { emulated: { parameters: machine.emulatedParameters } } : {}),
    console: machine.console,
    reportTty: machine.reportTty,
    image: imageWords(`http://${pxe ? pxeAddress : `${hostAddress}:${server.port}`}${path}`, pack),
  });
  const kernel = firmware === 'uefi' ? image.kernel : await kernelForQemu(image.kernel, folder);
  const argv = qemuArgv({
    ...{ program, machine, accelerator, memory, cpus },
    ...(firmware === 'uefi' ? { uefi: await prepareUefi(arch, folder) } : {}),
    ...(pxe ? { tap: pxeTap } : { direct: { kernel, initrd: image.initrd, kernelLine: line } }),
    reportSocket: port.socket,
  });
  const entry = { title: request.imageName, kernelLine: line };
  const { report: node, seconds } = await runMachine({
    argv:
      socket === undefined
        ? argv
        : namespaceArgv(
            pxeNetworkArgv(argv, {
              ...{ config: await preparePxe(folder, firmware, entry), socket },
              log: join(logs, 'boot-network.log'),
            }),
            { network: false },
          ),
    consoleLog: join(logs, 'boot-console.log'),
    report: port.report,
    timeout: request.timeout,
    longestSilence: accelerator === 'tcg' ? longestSilence : undefined,
    onStep: (text) => {
      step = text;
      phase.progress(step);
    },
  });
  const problems = judge(node, pack);
  const { seconds: _, ...said } = node;
  const report: BootReport = {
    schema: 1,
    image: request.imageName,
    file: pack.file,
    sha256: pack.sha256,
    machine: { arch, firmware, pxe, accelerator, cpus, memory },
    ok: problems.length === 0,
    problems: problems.map((problem) => problem.message),
    seconds: secondsFromPowerOn(node, seconds),
    sent: server.sent(),
    ...said,
  };
  return { report, problems };
}
