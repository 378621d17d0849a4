import type { PackageEntry, Repository } from '../../plan/build-plan.ts';
import { isPackageFile } from '../package-files.ts';

/**
 * A list entry as apt takes it: without the folders of its sub-repository; a task as `name^` (`@name` in a
 * list too). `name=version`, `name/suite` and `name:arch` are apt's own words.
 */
export function aptWord({ name }: PackageEntry, repositories: readonly Repository[]): string {
  if (name.startsWith('@')) return `${name.slice(1)}^`;
  if (isPackageFile(name)) return name;
  const folder = repositories
    .flatMap(({ folders = [] }) => folders)
    .find((one) => one !== '' && name.startsWith(`${one}/`));
  return folder === undefined ? name : name.slice(folder.length + 1);
}

/** What a word of apt asks for. */
export interface Wanted {
  readonly name: string;
  readonly kind: 'package' | 'task' | 'pattern' | 'file';
  readonly arch?: string;
  readonly version?: string;
}

/** Takes a word of apt apart; `*` and `?` make a pattern (Debian names have none). */
export function wantedBy(word: string): Wanted {
  if (isPackageFile(word)) return { name: word, kind: 'file' };
  if (word.endsWith('^')) return { name: word.slice(0, -1), kind: 'task' };
  const [, name = word, arch, version] = /^([^:=/]+)(?::([^=/]+))?(?:=(.*)|\/.*)?$/.exec(word) ?? [];
  return {
    name,
    kind: /[*?[]/.test(name) ? 'pattern' : 'package',
    ...(arch !== undefined && { arch }),
    ...(version !== undefined && { version }),
  };
}
