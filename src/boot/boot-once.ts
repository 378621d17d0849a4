import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { downloadSize } from '../plan/layer-list.ts';
import { imageWords } from '../plan/image-words.ts';
import { signedListNames } from '../plan/signed-list.ts';
import type { Phase } from '../report/reporter.ts';
import { namespaceArgv } from '../system/namespace.ts';
import type { Scope } from '../system/scope.ts';
import { workDir } from '../system/work-dir.ts';
import { type BootReport, secondsFromPowerOn } from './boot-report.ts';
import { prepareUefi } from './firmware.ts';
import type { PackedImage } from './image.ts';
import { serveFiles } from './image-server.ts';
import { judge } from './judge.ts';
import { kernelForQemu } from './kernel-file.ts';
import { kernelLine } from './kernel-line.ts';
import type { Machine } from './machine.ts';
import type { NodeReport } from './node-report.ts';
import { preparePxe, pxeAddress, pxeNetworkArgv, pxeTap } from './pxe.ts';
import { type Accelerator, qemuArgv } from './qemu-argv.ts';
import { openReportPort } from './report-port.ts';
import type { BootRequest } from './request.ts';
import { type MachineRun, runMachine } from './run-machine.ts';
import { longestSilence } from './standstill.ts';

/** QEMU's user network: the host's loopback as the guest sees it. */
const hostAddress = '10.0.2.2';

/** Everything that decides how the machine looks. */
export interface Setting {
  readonly request: BootRequest;
  readonly image: PackedImage;
  readonly machine: Machine;
  readonly program: string;
  readonly accelerator: Accelerator;
  /** Mebibytes. */
  readonly memory: number;
}

/** Boots an image once; gives what the node said of itself and in what it is not as it should be. */
export async function bootOnce(
  setting: Setting,
  scope: Scope,
  phase: Phase,
): Promise<{ report: BootReport; problems: Problem[] }> {
  const { request, image, accelerator } = setting;
  const logs = join(request.rootimgdir, 'logs');
  await mkdir(logs, { recursive: true });
  // Not in rootimgdir: the name of a socket may have 107 bytes at most.
  const folder = await workDir('boot');
  scope.defer(folder, () => rm(folder, { recursive: true, force: true }));
  let step = 'firmware';
  const socket = request.pxe ? join(folder, 'web') : undefined;
  const server = await serveFiles(await servedFiles(setting, folder), {
    socket,
    onSent: (sent) => phase.progress(step, sent, downloadSize(image.pack)),
  });
  scope.defer('image server', server.close);
  const port = await openReportPort(folder, scope);
  const plan: MachineRun = {
    argv: await machineArgv(setting, { folder, logs, web: socket ?? server.port, report: port.socket }),
    consoleLog: join(logs, 'boot-console.log'),
    report: port.report,
    timeout: request.timeout,
    longestSilence: accelerator === 'tcg' ? longestSilence : undefined,
    onStep: (text) => {
      step = text;
      phase.progress(step);
    },
  };
  const { report, seconds } = await runMachine(plan);
  return judged(setting, report, { seconds, sent: server.sent() });
}

/** Path of the packed file on the server. */
function packedPath({ pack }: PackedImage): string {
  return `/${encodeURIComponent(pack.file)}`;
}

/** What the machine may fetch: path on the server to file. */
async function servedFiles({ request, image }: Setting, folder: string): Promise<Map<string, string>> {
  return new Map([
    [packedPath(image), image.packed],
    ...[...image.layers].map(([name, file]) => [`/${name}`, file] as const),
    ...(await signedFiles(image, folder)),
    ...(request.pxe ? Object.entries({ '/kernel': image.kernel, '/initrd': image.initrd }) : []),
  ]);
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

interface Places {
  /** For files that end with the machine. */
  readonly folder: string;
  readonly logs: string;
  /** Where the image is served: a port of the host's loopback, or a socket. */
  readonly web: number | string;
  /** Socket that the node's report comes to. */
  readonly report: string;
}

/** argv of the machine, in a network of its own where it boots over the network. */
async function machineArgv(setting: Setting, { folder, logs, web, report }: Places): Promise<string[]> {
  const { request, image, machine, program, accelerator, memory } = setting;
  const { cpus, firmware } = request;
  const line = nodeLine(setting, typeof web === 'number' ? `${hostAddress}:${web}` : pxeAddress);
  const kernel = firmware === 'uefi' ? image.kernel : await kernelForQemu(image.kernel, folder);
  const argv = qemuArgv({
    ...{ program, machine, accelerator, memory, cpus },
    ...(firmware === 'uefi' ? { uefi: await prepareUefi(machine.arch, folder) } : {}),
    ...(typeof web === 'number'
      ? { direct: { kernel, initrd: image.initrd, kernelLine: line } }
      : { tap: pxeTap }),
    reportSocket: report,
  });
  if (typeof web === 'number') return argv;
  const config = await preparePxe(folder, firmware, { title: request.imageName, kernelLine: line });
  const network = { config, socket: web, log: join(logs, 'boot-network.log') };
  return namespaceArgv(pxeNetworkArgv(argv, network), { network: false });
}

/** Kernel line of a node that fetches its image from this host and port. */
function nodeLine({ request, image, machine, accelerator }: Setting, host: string): string {
  return kernelLine({
    ...(request.kernelParameters === undefined ? {} : { extra: request.kernelParameters }),
    ...(accelerator === 'tcg' ? { emulated: { parameters: machine.emulatedParameters } } : {}),
    console: machine.console,
    reportTty: machine.reportTty,
    image: imageWords(`http://${host}${packedPath(image)}`, image.pack),
  });
}

/** The report of a machine that came up, and in what it is not as it should be. */
function judged(
  { request, image: { pack }, machine: { arch }, accelerator, memory }: Setting,
  node: NodeReport,
  { seconds, sent }: { readonly seconds: number; readonly sent: number },
): { report: BootReport; problems: Problem[] } {
  const { cpus, firmware, pxe } = request;
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
    sent,
    ...said,
  };
  return { report, problems };
}
