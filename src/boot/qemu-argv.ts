import type { Machine } from './machine.ts';

export type Accelerator = 'kvm' | 'tcg';

export interface QemuPlan {
  readonly program: string;
  readonly machine: Machine;
  readonly accelerator: Accelerator;
  /** Mebibytes. */
  readonly memory: number;
  readonly cpus: number;
  readonly kernel: string;
  readonly initrd: string;
  readonly kernelLine: string;
  /** A socket that is listened on; the report comes through it. */
  readonly reportSocket: string;
}

/** QEMU takes `,,` for a comma inside an option value. */
function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** argv of a machine whose console is QEMU's standard output and whose network reaches this host's loopback as 10.0.2.2. */
export function qemuArgv(plan: QemuPlan): string[] {
  const { machine } = plan;
  const cpu = plan.accelerator === 'kvm' ? 'host' : machine.emulatedCpu;
  return [
    plan.program,
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', machine.type],
    ...['-accel', plan.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'],
    ...(cpu === undefined ? [] : ['-cpu', cpu]),
    ...['-smp', String(plan.cpus), '-m', `${plan.memory}M`],
    ...['-kernel', plan.kernel, '-initrd', plan.initrd, '-append', plan.kernelLine],
    ...['-netdev', 'user,id=net', '-device', `${machine.networkDevice},netdev=net`],
    ...['-device', 'virtio-rng'],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=report,path=${escapeValue(plan.reportSocket)}`, ...machine.reportDevice],
  ];
}
