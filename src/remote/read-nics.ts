import { linesOf } from './node.ts';
import type { Connection } from './ssh.ts';

/** Address, class, vendor and device of each PCI card, as its kernel tells them: not every node has lspci. */
const script = `for card in /sys/bus/pci/devices/*; do
  [ -r "$card/class" ] || continue
  read -r class <"$card/class" && read -r vendor <"$card/vendor" && read -r device <"$card/device" &&
    echo "\${card##*/} $class $vendor $device"
done`;

/** The network cards of a host, a line for each as `lspci -n` prints it: `0000:02:00.0 0200: 14e4:165f`. */
export async function nodeNics(connection: Connection): Promise<string[]> {
  return nicLines(await linesOf(connection, ['exec', 'sh', '-c', script]));
}

/** The lines of network cards (class 02) among those of the script; whatever else a node prints is left out. */
export function nicLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, address, kind, vendor, device] =
      /^([\da-f]+:[\da-f]{2}:[\da-f]{2}\.[0-7]) 0x(02[\da-f]{2})[\da-f]{2} 0x([\da-f]{4}) 0x([\da-f]{4})$/.exec(
        line,
      ) ?? [];
    return address === undefined ? [] : [`${address} ${kind}: ${vendor}:${device}`];
  });
}
