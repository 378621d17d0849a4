import { familyOf } from '../../family/families.ts';
import type { Build } from '../build-context.ts';
import { readTreeFile, writeTreeFile } from '../../system/tree-file.ts';

/**
 * xCAT: networking is on; nodebootif is left to the initrd that booted over it, the other interfaces come up
 * with DHCP.
 */
export async function writeNetwork(build: Build): Promise<void> {
  const { root, plan } = build;
  const path = 'etc/sysconfig/network';
  const before = (await readTreeFile(root, path)) ?? '';
  await writeTreeFile(root, path, withNetworking(before));
  const { nodebootif } = plan.request;
  if (nodebootif !== undefined && nodebootif !== '') await writeCard(build, nodebootif, false);
  for (const name of plan.otherifce) await writeCard(build, name, true);
}

/** The file with `NETWORKING=yes` and whatever else it held. */
export function withNetworking(text: string): string {
  const others = text.split('\n').filter((line) => line !== '' && !/^\s*NETWORKING=/.test(line));
  return ['NETWORKING=yes', ...others, ''].join('\n');
}

async function writeCard({ root, plan }: Build, name: string, onBoot: boolean): Promise<void> {
  const { family, releasever } = plan.image;
  const files = familyOf(family).filling?.networkFiles(family, releasever, { name, onBoot }) ?? [];
  for (const { path, text, mode } of files) await writeTreeFile(root, path, text, mode);
}
