import { treeNames } from '../../system/tree-file.ts';
import { hasSystemd } from '../customise/systemd.ts';

/**
 * With systemd in the initrd dracut's own services must come too; where dracut or the image is older there
 * are none. What they need is named besides: before dracut 056 they do not bring it.
 */
export async function systemdModules(root: string): Promise<string[]> {
  const modules = (await treeNames(root, 'usr/lib/dracut/modules.d')).map((name) => name.replace(/^\d+/, ''));
  if (!modules.includes('dracut-systemd') || !(await hasSystemd(root))) return [];
  return ['systemd', 'systemd-initrd', 'dracut-systemd'].filter((name) => modules.includes(name));
}
