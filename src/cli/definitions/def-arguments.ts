import { didYouMean } from '../../base/near-names.ts';
import type { Option } from 'commander';
import { type Problem, throwProblems } from '../../base/errors.ts';

/**
 * Rewrites argv, typed with the habits of xCAT's definition commands (Getopt::Long, bundling), for commander:
 * each option under its own name with its value as the next word, then `--` and the operands. Short options
 * may be bundled (`-zf`, `-tosimage`), long ones abbreviated while unambiguous, one-letter names take two
 * dashes too. Throws all that is wrong in one error.
 */
export function canonicalArguments(options: readonly Option[], argv: readonly string[]): string[] {
  const given: string[] = [];
  const operands: string[] = [];
  const problems: Problem[] = [];
  const words = [...argv];
  const take = (option: Option, typed: string, attached: string | undefined): void => {
    given.push(option.long ?? option.short ?? '');
    if (!option.required) {
      if (attached !== undefined) problems.push(wrong(`Option ${typed} takes no value.`));
      return;
    }
    const value = attached ?? words.shift();
    if (value === undefined) problems.push(wrong(`Option ${typed} needs a value.`));
    else given.push(value);
  };

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words.splice(0));
    } else if (word.startsWith('--')) {
      const [, name = '', value] = /^--([^=]*)(?:=([^]*))?$/.exec(word) ?? [];
      const found = findLong(options, name);
      if (typeof found === 'string') problems.push(wrong(found));
      else take(found, `--${name}`, value);
    } else if (word.startsWith('-') && word !== '-') {
      takeBundle(options, word, take, problems);
    } else {
      operands.push(word);
    }
  }
  throwProblems(problems);
  return [...given, '--', ...operands];
}

function takeBundle(
  options: readonly Option[],
  word: string,
  take: (option: Option, typed: string, attached: string | undefined) => void,
  problems: Problem[],
): void {
  for (let at = 1; at < word.length; at++) {
    const typed = `-${word[at]}`;
    const option = options.find(({ short }) => short === typed);
    if (option === undefined) {
      problems.push(wrong(`Unknown option: ${typed}`));
    } else if (option.required) {
      take(option, typed, word.slice(at + 1) || undefined);
      return;
    } else {
      take(option, typed, undefined);
    }
  }
}

function findLong(options: readonly Option[], name: string): Option | string {
  const namesOf = ({ long, short }: Option): string[] => [long?.slice(2) ?? '', short?.slice(1) ?? ''];
  const exact = options.find((option) => namesOf(option).includes(name));
  if (exact !== undefined && name !== '') return exact;
  const begun = options.filter(
    (option) => name !== '' && namesOf(option).some((known) => known.startsWith(name)),
  );
  const [only] = begun;
  if (only === undefined) {
    const known = options.flatMap(({ long }) => long ?? []);
    return `Unknown option: --${name}${didYouMean(`--${name}`, known)}`;
  }
  if (begun.length === 1) return only;
  return `Option --${name} is ambiguous: ${begun.map(({ long, short }) => long ?? short).join(', ')}`;
}

function wrong(message: string): Problem {
  return { code: 'usage', message };
}
