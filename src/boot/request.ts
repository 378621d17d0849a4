import type { Firmware } from './firmware.ts';

/** What to boot and in what machine. */
export interface BootRequest {
  /** Absolute; holds kernel, initrd-stateless.gz, manifest.json and the packed root. */
  readonly rootimgdir: string;
  readonly imageName: string;
  /** Mebibytes; by default what the packed image needs. */
  readonly memory?: number;
  readonly cpus: number;
  readonly firmware: Firmware;
  /** The whole chain of a network boot, rather than the kernel handed to the machine. */
  readonly pxe: boolean;
  /** Seconds from switching on until a node that has not reported counts as failed. */
  readonly timeout: number;
  /** addkcmdline of the definition, put before our own kernel parameters. */
  readonly kernelParameters?: string;
}
