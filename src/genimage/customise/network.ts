import type { Build } from '../build-context.ts';
import { readTreeFile, writeTreeFile } from '../../system/tree-file.ts';

/** xCAT: networking is on; nodebootif is left to the initrd that booted over it, the other interfaces come up with DHCP. */
export async function writeNetwork(build: Build): Promise<void> {
  const { root, plan } = build;
  const path = 'etc/sysconfig/network';
  const before = (await readTreeFile(root, path)) ?? '';
  await writeTreeFile(root, path, withNetworking(before));
  const { nodebootif } = plan.request;
  if (nodebootif !== undefined && nodebootif !== '') await writeInterface(root, nodebootif, 'no');
  for (const name of plan.otherifce) await writeInterface(root, name, 'yes');
}

/** The file with `NETWORKING=yes` and whatever else it held. */
export function withNetworking(text: string): string {
  const others = text.split('\n').filter((line) => line !== '' && !/^\s*NETWORKING=/.test(line));
  return ['NETWORKING=yes', ...others, ''].join('\n');
}

async function writeInterface(root: string, name: string, onboot: 'yes' | 'no'): Promise<void> {
  const text = `ONBOOT=${onboot}\nBOOTPROTO=dhcp\nDEVICE=${name}\n`;
  await writeTreeFile(root, `etc/sysconfig/network-scripts/ifcfg-${name}`, text);
}
