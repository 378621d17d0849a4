import { linesOf } from './node.ts';
import type { Connection } from './ssh.ts';

/** What our initrd has written down; where another one booted the node, what can still be seen of it. */
const script = `cat /run/rootimg/booted 2>/dev/null || {
  sed -n -e 's/^IMAGENAME=/image=/p' -e 's/^IMAGEUUID=/uuid=/p' /opt/xcat/xcatinfo | tr -d "'\\""
  echo "release=$(uname -r)"
  echo "line=$(cat /proc/cmdline)"
} 2>/dev/null`;

/** Seconds for what takes a moment: a node that hangs must not keep the others from being told. */
const longest = 60;

/** Lines of key=value on what a node runs. */
export function bootedLines(connection: Connection): Promise<string[]> {
  return linesOf(connection, ['exec', 'sh', '-c', script], longest);
}
