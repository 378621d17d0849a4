import type { Build } from '../build-context.ts';
import { treeHas, writeTreeFile } from '../../system/tree-file.ts';

const hosts = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';

/** Debian's installer writes this file, its packages do not: without it nobody knows `localhost`. */
export async function nameLocalhost({ root }: Build): Promise<void> {
  if (!(await treeHas(root, 'etc/hosts'))) await writeTreeFile(root, 'etc/hosts', hosts);
}
