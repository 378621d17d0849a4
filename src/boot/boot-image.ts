import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, throwProblems } from '../errors.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { withScope } from '../system/scope.ts';
import { chooseAccelerator, findQemu } from './accelerator.ts';
import { type BootReport, bootReportLines, bootReportName, secondsFromPowerOn } from './boot-report.ts';
import { defaultMemory, loadImage, type PackedImage } from './image.ts';
import { serveImage } from './image-server.ts';
import { judge } from './judge.ts';
import { kernelLine } from './kernel-line.ts';
import { machineFor } from './machine.ts';
import { qemuArgv } from './qemu-argv.ts';
import { openReportPort } from './report-port.ts';
import type { BootRequest } from './request.ts';
import { runMachine } from './run-machine.ts';

/** QEMU's user network: the host's loopback as the guest sees it. */
const hostAddress = '10.0.2.2';

/**
 * Boots a packed image in a virtual machine as a node boots it, over HTTP, and judges what came up by the node's own word. Writes
 * `boot.json` and `logs/boot-console.log` in rootimgdir. Errors: not packed, no emulator, the node broke, or it is not as the image promises.
 */
export async function bootImage(request: BootRequest, context: { reporter: Reporter }): Promise<BootReport> {
  const { reporter } = context;
  const image = await loadImage(request.rootimgdir, request.imageName);
  const reportPath = join(image.rootimgdir, bootReportName);
  // What an earlier boot said is no word about this one.
  await rm(reportPath, { force: true });
  const { report, problems } = await bootAndReport(request, image, reporter);
  await writeFileAtomic(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  reporter.fact('boot', report);
  for (const line of bootReportLines(report)) reporter.line(line);
  throwProblems(problems);
  return report;
}

async function bootAndReport(
  request: BootRequest,
  image: PackedImage,
  reporter: Reporter,
): Promise<{ report: BootReport; problems: Problem[] }> {
  const machine = machineFor(image.arch);
  const program = await findQemu(machine);
  const accelerator = await chooseAccelerator(program, machine, image.arch);
  const memory = request.memory ?? defaultMemory(image.pack);
  const { cpus } = request;
  const logs = join(image.rootimgdir, 'logs');
  await mkdir(logs, { recursive: true });
  return withScope(async (scope) => {
    const title = `Booting ${request.imageName} in a virtual machine (${accelerator}, ${cpus} cpus, ${memory} MB)`;
    return inPhase(reporter, title, async (phase) => {
      let step = 'firmware';
      const server = await serveImage(image.packed, (sent) => phase.progress(step, sent, image.pack.size));
      scope.defer('image server', server.close);
      const port = await openReportPort(scope);
      const argv = qemuArgv({
        ...{ program, machine, accelerator, memory, cpus },
        kernel: image.kernel,
        initrd: image.initrd,
        kernelLine: kernelLine({
          ...(request.kernelParameters === undefined ? {} : { extra: request.kernelParameters }),
          ...(accelerator === 'tcg' && machine.emulatedParameters !== undefined
            ? { machine: machine.emulatedParameters }
            : {}),
          console: machine.console,
          reportTty: machine.reportTty,
          imageUrl: `http://${hostAddress}:${server.port}${server.path}`,
          sha256: image.pack.sha256,
        }),
        reportSocket: port.socket,
      });
      const { report: node, seconds } = await runMachine({
        argv,
        consoleLog: join(logs, 'boot-console.log'),
        report: port.report,
        timeout: request.timeout,
        onStep: (text) => {
          step = text;
          phase.progress(step);
        },
      });
      const problems = judge(node, image.pack);
      const { seconds: _, ...said } = node;
      const report: BootReport = {
        schema: 1,
        image: request.imageName,
        file: image.pack.file,
        sha256: image.pack.sha256,
        machine: { arch: image.arch, accelerator, cpus, memory },
        ok: problems.length === 0,
        problems: problems.map((problem) => problem.message),
        seconds: secondsFromPowerOn(node, seconds),
        sent: server.sent(),
        ...said,
      };
      return { report, problems };
    });
  });
}
