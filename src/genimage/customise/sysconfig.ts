import { familyOf } from '../../family/families.ts';
import { linkInTree, readTreeFile, treeHas, writeTreeFile } from '../../system/tree-file.ts';
import { type Build, warn } from '../build-context.ts';

/** xCAT, for families that have such files: settings of clock and network, and the local time of --timezone. */
export async function writeSysconfig(build: Build): Promise<void> {
  const { root, plan } = build;
  const filling = familyOf(plan.image.family).filling;
  if (filling?.sysconfig === undefined) return;
  const { timezone } = plan.request;
  for (const { path, values } of filling.sysconfig(timezone)) {
    const before = (await readTreeFile(root, path)) ?? '';
    await writeTreeFile(root, path, withValues(before, values));
  }
  if (timezone === undefined) return;
  const isName = /^[\w+-]+(\/[\w+-]+)*$/.test(timezone);
  if (isName && (await treeHas(root, `usr/share/zoneinfo/${timezone}`)))
    await linkInTree(root, 'etc/localtime', `../usr/share/zoneinfo/${timezone}`);
  else warn(build, `The image has no timezone '${timezone}': its clock shows UTC.`);
}

/** The text with these K="V" lines, each in the place of an earlier one or at the end. */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(values));
  const lines = text.split('\n').map((line) => {
    const key = /^\s*([A-Z_]+)=/.exec(line)?.[1] ?? '';
    const value = left.get(key);
    if (value === undefined) return line;
    left.delete(key);
    return `${key}="${value}"`;
  });
  if (lines.at(-1) === '') lines.pop();
  return [...lines, ...[...left].map(([key, value]) => `${key}="${value}"`), ''].join('\n');
}
