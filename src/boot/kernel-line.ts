/** What the kernel line is made of. */
export interface KernelLine {
  /** addkcmdline of the definition. */
  readonly extra?: string;
  /** For a machine without hardware virtualisation: what its kind needs. */
  readonly emulated?: { readonly parameters?: string | undefined };
  readonly console: string;
  readonly reportTty: string;
  /** imgurl and what belongs to it. */
  readonly image: readonly string[];
}

/**
 * An emulated machine on a busy host is slow; that a unit takes over 90 s there says nothing about the image.
 */
const patience = 'systemd.default_timeout_start_sec=900';

/**
 * The kernel parameters as a node gets them from its boot server, with the console and the report that we
 * listen to.
 */
export function kernelLine(line: KernelLine): string {
  return [
    ...(line.extra?.trim() ? [line.extra.trim()] : []),
    `console=${line.console}`,
    ...line.image,
    `rootimg.report=${line.reportTty}`,
    // A panic ends the machine instead of leaving it still.
    'panic=-1',
    ...(line.emulated === undefined ? [] : [patience]),
    ...(line.emulated?.parameters === undefined ? [] : [line.emulated.parameters]),
  ].join(' ');
}
