import type { Problem } from '../base/errors.ts';
import type { MediaRules } from '../family/family.ts';
import type { PlanFile } from '../plan/build-plan.ts';
import { isUrl } from './comma-list.ts';
import { readTextFile } from '../base/regular-file.ts';
import { unreadable } from './list-file.ts';
import { planFile } from './plan-files.ts';
import { findProfileFile, type ProfileKey } from './profile-search.ts';

export interface FoundRepolist {
  /** Folders and URLs, in the order of their lines. */
  readonly addresses: readonly string[];
  /** The list itself. */
  readonly files: readonly PlanFile[];
  readonly problems: readonly Problem[];
}

/**
 * The repositories of a profile's list `<profile>.<osvers>.<arch>.repolist` (xCAT: lines `Type|URL|name`), in
 * the folders and the order in which all files of a profile are looked for. None without such a file.
 */
export async function findRepolist(
  key: ProfileKey,
  folders: readonly string[],
  { extension, kinds }: MediaRules['list'],
): Promise<FoundRepolist> {
  const file = await findProfileFile('build', key, folders, extension);
  if (file === undefined) return { addresses: [], files: [], problems: [] };
  try {
    const { addresses, problems } = readRepolist(await readTextFile(file), file, kinds);
    return { addresses, problems, files: [await planFile(file, 'repolist')] };
  } catch (error) {
    return {
      addresses: [],
      files: [],
      problems: [unreadable(file, 'list of repositories', undefined, error)],
    };
  }
}

/**
 * Reads the lines of such a list; `#` begins a comment. The kind is not passed on: the package manager looks
 * itself what it finds.
 */
export function readRepolist(
  text: string,
  file: string,
  kinds: readonly string[],
): Pick<FoundRepolist, 'addresses' | 'problems'> {
  const addresses: string[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.split('|').map((word) => word.trim());
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const [kind = '', address = ''] = words;
    const isPlace = address.startsWith('/') || isUrl(address);
    if (kinds.includes(kind.toLowerCase()) && isPlace && words.length <= 3) addresses.push(address);
    else {
      problems.push({
        code: 'repolist-line',
        message: `'${line.trim()}' names no repository.`,
        origin: { file, line: index + 1 },
        hint: `A line is 'Type|URL|name', the type ${kinds.join(', ')}, the URL an address or a folder.`,
      });
    }
  }
  return { addresses, problems };
}
