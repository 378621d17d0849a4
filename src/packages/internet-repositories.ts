import { packageOwners } from './installed.ts';
import { readTreeFile, treeNames, writeTreeFile } from '../system/tree-file.ts';

const folder = 'etc/yum.repos.d';

/** Packages that bring the repositories of a distribution, such as rocky-repos, almalinux-release, epel-release. */
const distributionPackage = /(^|-)(release|repos)(-|$)/;

/**
 * xCAT: repositories of the distribution that point to the internet are switched off in the image. Files of the site stay as they are.
 * Gives the files that were changed, as the image sees them.
 */
export async function disableInternetRepositories(root: string): Promise<string[]> {
  const changed: string[] = [];
  const names = await treeNames(root, folder);
  const paths = names.filter((name) => name.endsWith('.repo')).map((name) => `/${folder}/${name}`);
  if (paths.length === 0) return [];
  const owners = await packageOwners(root, paths);
  for (const path of paths) {
    if (!distributionPackage.test(owners.get(path)?.name ?? '')) continue;
    const text = (await readTreeFile(root, path)) ?? '';
    const disabled = withInternetDisabled(text);
    if (disabled === text) continue;
    await writeTreeFile(root, path, disabled);
    changed.push(path);
  }
  return changed;
}

const remote = /^\s*(baseurl|mirrorlist|metalink)\s*=\s*(https?|ftp):/i;

/** The .repo file with `enabled=0` in every section that names an internet address. */
export function withInternetDisabled(text: string): string {
  const sections = text.split(/^(?=\[)/m);
  return sections
    .map((section) => {
      const lines = section.split('\n');
      if (!section.startsWith('[') || !lines.some((line) => remote.test(line))) return section;
      const others = lines.filter((line) => !/^\s*enabled\s*=/i.test(line));
      return [others[0], 'enabled=0', ...others.slice(1)].join('\n');
    })
    .join('');
}
