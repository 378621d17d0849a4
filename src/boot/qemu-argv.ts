import type { UefiFiles } from './firmware.ts';
import type { Machine } from './machine.ts';

export type Accelerator = 'kvm' | 'tcg';

export interface QemuPlan {
  readonly program: string;
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  /** Mebibytes. */
  readonly memory: number;
  readonly cpus: number;
  /** Absent when the machine boots from its network card. */
  readonly direct?: { readonly kernel: string; readonly initrd: string; readonly kernelLine: string };
  readonly uefi?: UefiFiles;
  /**
   * Network interface of the host that the machine's card is the other end of; without one a network of
   * QEMU's own.
   */
  readonly tap?: string;
  /** A socket that is listened on; the report comes through it. */
  readonly reportSocket: string;
}

/**
 * A small store of translated code (MiB) is emptied now and then. Pages whose code it holds are written to
 * very slowly, and a guest that reads its root bit by bit writes to many that its initrd ran from: with the
 * usual store of 1 GiB the boot of a squashfs takes twice as long.
 */
const emulation = 'tcg,thread=multi,tb-size=64';

/** QEMU takes `,,` for a comma inside an option value. */
function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

function uefiWords({ code, variables }: UefiFiles): string[] {
  const drive = (file: string, more = '') => `if=pflash,format=raw${more},file=${escapeValue(file)}`;
  return ['-drive', drive(code, ',readonly=on'), '-drive', drive(variables)];
}

function directWords({ kernel, initrd, kernelLine }: NonNullable<QemuPlan['direct']>): string[] {
  return ['-kernel', kernel, '-initrd', initrd, '-append', kernelLine];
}

/** A BIOS has no other program to boot from the network with than the card's. */
function networkWords({ machine, direct, tap, uefi }: QemuPlan): string[] {
  const needsProgram = direct === undefined && uefi === undefined;
  const { networkDevice, networkWithoutProgram = networkDevice } = machine;
  const device = `${needsProgram ? networkDevice : networkWithoutProgram},netdev=net`;
  const back = tap === undefined ? 'user,id=net' : `tap,id=net,ifname=${tap},script=no,downscript=no`;
  return ['-netdev', back, '-device', direct === undefined ? `${device},bootindex=1` : device];
}

/**
 * argv of a machine whose console is QEMU's standard output and whose network reaches this host's loopback as
 * 10.0.2.2.
 */
export function qemuArgv(plan: QemuPlan): string[] {
  const { machine } = plan;
  const cpu = plan.accelerator === 'kvm' ? 'host' : machine.emulatedCpu;
  return [
    plan.program,
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', machine.type],
    ...['-accel', plan.accelerator === 'kvm' ? 'kvm' : emulation],
    ...(cpu === undefined ? [] : ['-cpu', cpu]),
    ...['-smp', String(plan.cpus), '-m', `${plan.memory}M`],
    ...(plan.uefi === undefined ? [] : uefiWords(plan.uefi)),
    ...(plan.direct === undefined ? [] : directWords(plan.direct)),
    ...networkWords(plan),
    ...['-device', 'virtio-rng'],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=report,path=${escapeValue(plan.reportSocket)}`, ...machine.reportDevice],
  ];
}
