import { type Problem, RootimgError } from '../base/errors.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { withScope } from '../system/scope.ts';
import { chooseAccelerator, findQemu } from './accelerator.ts';
import { bootOnce, type Setting } from './boot-once.ts';
import { type BootReport, machineWords } from './boot-report.ts';
import { defaultMemory, type PackedImage } from './image.ts';
import { machineFor } from './machine.ts';
import { checkPxeTools } from './pxe.ts';
import type { BootRequest } from './request.ts';
import { untilNoStandstill } from './standstill.ts';

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
