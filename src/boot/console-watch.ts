/** What a line of the guest's console means for the boot. */
export type ConsoleEvent =
  | { readonly kind: 'kernel' }
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'broken'; readonly reason: string };

const broken: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/rootimg: error: (.*)/, (match) => `the initrd says: ${match[1]}`],
  [/Kernel panic - not syncing:? ?(.*)/, (match) => `the kernel panicked: ${match[1]}`],
  [/dracut: FATAL: (.*)/, (match) => `dracut gave up: ${match[1]}`],
  [
    /Generating "\/run\/initramfs\/rdsosreport\.txt"|Entering emergency mode/,
    () => 'dracut fell into its emergency shell',
  ],
  [/You are in (emergency|rescue) mode/, (match) => `systemd went into ${match[1]} mode`],
  [
    /Give root password for maintenance|Press Enter for maintenance/,
    () => 'the node waits for somebody to mend it',
  ],
  [/Failed to switch root|Freezing execution/, () => 'systemd could not start the root'],
];

/**
 * Colours and cursor movements of systemd and of the firmware; where systemd shortens a line the escape
 * itself may be missing.
 */
const escapes = /\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[a-zA-Z=>])|\[0m|\r|\x00/g;

/** A console line as people read it. */
export function plainLine(line: string): string {
  return line.replace(escapes, '');
}

/** Reads one plain console line; undefined when it says nothing about how far the node is. */
export function readConsoleLine(line: string): ConsoleEvent | undefined {
  for (const [pattern, reason] of broken) {
    const match = pattern.exec(line);
    if (match !== null) return { kind: 'broken', reason: reason(match) };
  }
  const step = /rootimg: (.*)/.exec(line)?.[1];
  if (step !== undefined) return { kind: 'step', text: step };
  if (/Linux version \d/.test(line)) return { kind: 'kernel' };
  if (/systemd\[1\]: .*(Reached target|Switching root)/.test(line)) {
    return { kind: 'step', text: line.replace(/^.*systemd\[1\]: /, '') };
  }
  return undefined;
}
