import { treeHas } from '../../system/tree-file.ts';

/** Whether the image boots with systemd. */
export async function hasSystemd(root: string): Promise<boolean> {
  return (await treeHas(root, 'usr/lib/systemd/systemd')) || (await treeHas(root, 'lib/systemd/systemd'));
}

/** Whether one of the packages brings this unit. */
export async function hasUnit(root: string, name: string): Promise<boolean> {
  return (
    (await treeHas(root, `usr/lib/systemd/system/${name}`)) ||
    (await treeHas(root, `lib/systemd/system/${name}`))
  );
}
