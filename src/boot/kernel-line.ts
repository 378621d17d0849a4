/** What the kernel line is made of. */
export interface KernelLine {
  /** addkcmdline of the definition. */
  readonly extra?: string;
  /** What the kind of machine needs. */
  readonly machine?: string;
  readonly console: string;
  readonly reportTty: string;
  /** imgurl and what belongs to it. */
  readonly image: readonly string[];
}

/** The kernel parameters as a node gets them from its boot server, with the console and the report that we listen to. */
export function kernelLine(line: KernelLine): string {
  return [
    ...(line.extra?.trim() ? [line.extra.trim()] : []),
    `console=${line.console}`,
    ...line.image,
    `rootimg.report=${line.reportTty}`,
    // A panic ends the machine instead of leaving it still.
    'panic=-1',
    ...(line.machine === undefined ? [] : [line.machine]),
  ].join(' ');
}
