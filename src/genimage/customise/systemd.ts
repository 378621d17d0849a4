import { readTreeFile, treeHas } from '../../system/tree-file.ts';

/** Whether the image boots with systemd. */
export async function hasSystemd(root: string): Promise<boolean> {
  return (await treeHas(root, 'usr/lib/systemd/systemd')) || (await treeHas(root, 'lib/systemd/systemd'));
}

/** Text of a unit that one of the packages brings; undefined where none does. */
export async function readUnit(root: string, name: string): Promise<string | undefined> {
  const text = await readTreeFile(root, `usr/lib/systemd/system/${name}`);
  return text ?? (await readTreeFile(root, `lib/systemd/system/${name}`));
}

/** Whether one of the packages brings this unit. */
export async function hasUnit(root: string, name: string): Promise<boolean> {
  return (
    (await treeHas(root, `usr/lib/systemd/system/${name}`)) ||
    (await treeHas(root, `lib/systemd/system/${name}`))
  );
}
