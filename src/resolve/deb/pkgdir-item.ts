import { pathToFileURL } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import { isUrl } from '../comma-list.ts';
import { isFlat } from './source-entry.ts';

/** `URL SUITE [COMPONENTS…]`, `DIR ./`, a folder or a file alone: the words of one item of pkgdir. */
export interface PkgdirItem {
  readonly text: string;
  /** URL, or path as written. */
  readonly place: string;
  readonly isUrl: boolean;
  readonly suite: string | undefined;
  readonly components: readonly string[];
}

export function readItem(text: string): PkgdirItem {
  const [place = '', suite, ...components] = text.split(/\s+/);
  return { text, place, isUrl: isUrl(place), suite, components };
}

/** Address of a folder of this host. */
export function addressOf(folder: string): string {
  return pathToFileURL(folder).href;
}

/** Suites and components become words of apt's sources: neither leads elsewhere nor is an option. */
const suiteWord = /^[A-Za-z0-9.][\w.+~/-]*$/;

/** What is wrong with the words of an item behind its place. */
export function itemProblems(item: PkgdirItem, attribute: string): Problem[] {
  const { suite, components, text } = item;
  if (suite === undefined) return [];
  const wrong = [suite, ...components].find(
    (word) => !suiteWord.test(word) || word.split('/').includes('..'),
  );
  const problem = (message: string): Problem[] => [
    { code: 'repository-item', message: `'${text}' in ${attribute} ${message}.`, hint: grammar },
  ];
  if (wrong !== undefined) return problem(`holds '${wrong}', which is not the name of a suite or component`);
  if (isFlat(suite) && components.length > 0) return problem(`is flat (${suite}) and so has no components`);
  return [];
}

export const grammar =
  'An item is URL SUITE [COMPONENTS…], a folder, a folder and ./, or a .sources file; a comma ends it.';
