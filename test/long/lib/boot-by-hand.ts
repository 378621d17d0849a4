import { join } from 'node:path';
import { chooseAccelerator, findQemu } from '../../../src/boot/accelerator.ts';
import { loadImage } from '../../../src/boot/image.ts';
import { kernelLine } from '../../../src/boot/kernel-line.ts';
import { machineFor } from '../../../src/boot/machine.ts';
import type { NodeReport } from '../../../src/boot/node-report.ts';
import { qemuArgv } from '../../../src/boot/qemu-argv.ts';
import { openReportPort } from '../../../src/boot/report-port.ts';
import { runMachine } from '../../../src/boot/run-machine.ts';
import { longestSilence, untilNoStandstill } from '../../../src/boot/standstill.ts';
import { withScope } from '../../../src/system/scope.ts';

interface BootByHand {
  readonly name: string;
  readonly rootimgdir: string;
  readonly folder: string;
  /** Kernel parameters in the place of imgurl and the like. */
  readonly words: readonly string[];
  readonly cards?: readonly string[];
}

/**
 * Boots an image with kernel parameters and a machine of one's own; the console goes to `<folder>/console`.
 * `cards` are words for QEMU, put before its usual network card.
 */
export function bootByHand(plan: BootByHand): Promise<NodeReport> {
  return untilNoStandstill(
    () => bootOnce(plan),
    () => {},
  );
}

function bootOnce(plan: BootByHand): Promise<NodeReport> {
  return withScope(async (scope) => {
    const image = await loadImage(plan.rootimgdir, plan.name);
    const machine = machineFor(image.arch);
    const program = await findQemu(machine);
    const accelerator = await chooseAccelerator(program, machine);
    const report = await openReportPort(plan.folder, scope);
    const line = kernelLine({
      ...(accelerator === 'tcg' ? { emulated: { parameters: machine.emulatedParameters } } : {}),
      ...{ console: machine.console, reportTty: machine.reportTty, image: plan.words },
    });
    const argv = qemuArgv({
      ...{ program, machine, accelerator, memory: 2048, cpus: 2, reportSocket: report.socket },
      direct: { kernel: image.kernel, initrd: image.initrd, kernelLine: line },
    });
    const at = argv.indexOf('-netdev');
    const { report: node } = await runMachine({
      argv: [...argv.slice(0, at), ...(plan.cards ?? []), ...argv.slice(at)],
      ...{ consoleLog: join(plan.folder, 'console'), report: report.report, timeout: 850, onStep: () => {} },
      longestSilence,
    });
    return node;
  });
}
