import { own } from '../base/own.ts';
import type { Firmware } from './firmware.ts';
import type { Accelerator } from './qemu-argv.ts';
import type { NodeReport } from './node-report.ts';

/** Name of the report in rootimgdir. */
export const bootReportName = 'boot.json';

/**
 * The outcome of a boot as it is written to boot.json: what the node said, in which machine, and what is
 * wrong with it.
 */
export interface BootReport extends Omit<NodeReport, 'seconds'> {
  readonly schema: 1;
  readonly image: string;
  /** Name of the packed root in rootimgdir. */
  readonly file: string;
  /** hex; of the file that the node fetched and checked. */
  readonly sha256: string;
  readonly machine: {
    readonly arch: string;
    readonly firmware: Firmware;
    /** Over DHCP, TFTP and iPXE rather than with the kernel handed to the machine. */
    readonly pxe: boolean;
    readonly accelerator: Accelerator;
    readonly cpus: number;
    /** Mebibytes. */
    readonly memory: number;
  };
  readonly ok: boolean;
  readonly problems: readonly string[];
  /**
   * Seconds from switching the machine on until the step was reached; `kernel` is when the kernel started.
   */
  readonly seconds: Readonly<Record<string, number>>;
  /** Bytes of the packed root that went over the network. */
  readonly sent: number;
}

/**
 * Turns the node's seconds since its kernel started into seconds since the machine was switched on. `total`
 * is when its report arrived.
 */
export function secondsFromPowerOn(node: NodeReport, total: number): Record<string, number> {
  const { report = 0, ...steps } = node.seconds;
  const kernel = Math.max(0, total - report);
  const rounded = (seconds: number) => Math.round(seconds * 100) / 100;
  const entries = Object.entries(steps).map(([name, at]) => [name, rounded(kernel + at)] as const);
  return Object.fromEntries([['kernel', rounded(kernel)] as const, ...entries.sort((a, b) => a[1] - b[1])]);
}

const steps: readonly (readonly [string, string])[] = [
  ['kernel', 'kernel'],
  ['network', 'network'],
  ['downloaded', 'image fetched'],
  ['root', 'root made'],
  ['target', 'default target'],
];

/** What the machine is, for people. A BIOS is x86's; other machines have firmware of their own kind. */
export function machineWords(machine: BootReport['machine']): string[] {
  const { arch, firmware, pxe, accelerator, cpus, memory } = machine;
  const hasFirmware = arch === 'x86_64' || firmware === 'uefi';
  return [
    arch,
    ...(hasFirmware ? [`${firmware}${pxe ? ' over PXE' : ''}`] : []),
    ...[accelerator, `${cpus} cpus`, `${memory} MB`],
  ];
}

/** The report in a few lines for people. */
export function bootReportLines(report: BootReport): string[] {
  const { machine, seconds, memory } = report;
  const mebibytes = (kibibytes: number) => Math.round(kibibytes / 1024);
  const times = steps
    .filter(([name]) => own(seconds, name) !== undefined)
    .map(([name, title]) => `${title} ${(own(seconds, name) ?? 0).toFixed(1)} s`);
  const units =
    report.failedUnits.length === 0 ? 'no failed unit' : `failed: ${report.failedUnits.join(' ')}`;
  return [
    `${report.image}: ${report.target} ${report.targetState}, / on ${report.rootType}, ${units}, kernel ${report.kernel}`,
    `image: ${report.file}, IMAGEUUID ${report.uuid || 'not set'}`,
    `time since power on: ${times.join(', ')}`,
    `memory: ${mebibytes(memory.used)} of ${mebibytes(memory.total)} MB used, ${mebibytes(memory.peak)} MB at the most`,
    `kernel warnings: ${report.kernelWarnings.length === 0 ? 'none' : report.kernelWarnings.length}`,
    `machine: ${machineWords(machine).join(', ')}`,
  ];
}
