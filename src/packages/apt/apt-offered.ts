import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import { wantedBy } from './apt-words.ts';

/** So many words are shown at most. */
const most = 10;

/**
 * What lists may say in place of `name=version` or `name/suite`, which no repository has: the same package in
 * the versions, or from the suites, that there are. Empty for other words.
 */
export async function offeredInstead(apt: Apt, task: AptTask, word: string): Promise<string[]> {
  const [, mark] = /^[^=/]+([=/])/.exec(word) ?? [];
  if (mark === undefined) return [];
  const { name } = wantedBy(word);
  const { stdout } = await callHostApt(apt, ['apt-cache', 'madison', '--', name], task);
  return offeredWords(stdout, name, mark);
}

/** Those words, of what `apt-cache madison` prints; the newest version first. */
export function offeredWords(output: string, name: string, mark: string): string[] {
  const found = output.split('\n').flatMap((line) => {
    const [, version = '', place = ''] = line.split('|').map((part) => part.trim());
    const suite = / (\S+?)\/\S* \S+ Packages$/.exec(place)?.[1] ?? '';
    const value = mark === '=' ? version : suite;
    return !place.endsWith(' Packages') || value === '' || value === '.' ? [] : [`${name}${mark}${value}`];
  });
  return [...new Set(found)].slice(0, most);
}
