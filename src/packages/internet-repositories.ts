import type { ImageRepositories } from '../family/family.ts';
import { packageOwners } from './installed.ts';
import { readTreeFile, treeNames, writeTreeFile } from '../system/tree-file.ts';

/**
 * xCAT: repositories of the distribution that point to the internet are switched off in the image. Files of
 * the site stay as they are. Gives the files that were changed, as the image sees them.
 */
export async function disableInternetRepositories(
  root: string,
  { folder, suffix, ofDistribution, withInternetDisabled }: ImageRepositories,
): Promise<string[]> {
  const changed: string[] = [];
  const names = await treeNames(root, folder);
  const paths = names.filter((name) => name.endsWith(suffix)).map((name) => `/${folder}/${name}`);
  if (paths.length === 0) return [];
  const owners = await packageOwners(root, paths);
  for (const path of paths) {
    if (!ofDistribution.test(owners.get(path)?.name ?? '')) continue;
    const text = (await readTreeFile(root, path)) ?? '';
    const disabled = withInternetDisabled(text);
    if (disabled === text) continue;
    await writeTreeFile(root, path, disabled);
    changed.push(path);
  }
  return changed;
}
