import { didYouMean } from '../base/near-names.ts';
import { type Problem, ProblemsError } from '../base/errors.ts';

/** One option as the command line knows it. */
export interface OptionSpec {
  /** Without dashes; the first is the one that is printed. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  /** True for an option that xCAT does not have: it never makes one of xCAT's abbreviations ambiguous. */
  readonly ours?: boolean;
}

export interface GivenOption<S> {
  readonly spec: S;
  /** Undefined for a switch. */
  readonly value: string | undefined;
}

export interface ReadArguments<S> {
  readonly given: readonly GivenOption<S>[];
  /** What is no option and no option's value, in order. */
  readonly operands: readonly string[];
}

/** The option as people type it: `-a`, `--permission`. */
export function flagOf(spec: OptionSpec): string {
  const [name = ''] = spec.names;
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/**
 * Reads argv with the habits of xCAT's commands (Getopt::Long unconfigured): one or two dashes alike,
 * unambiguous abbreviations, capitals or not, `-i eth0`, `-i=eth0`, options also after operands, `--` ends
 * them; the word after an option that takes a value is its value whatever it begins with. Throws all that is
 * wrong in one error.
 */
export function readArguments<S extends OptionSpec>(
  argv: readonly string[],
  specs: readonly S[],
): ReadArguments<S> {
  const given: GivenOption<S>[] = [];
  const operands: string[] = [];
  const problems: Problem[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words);
      break;
    }
    const option = splitOption(word);
    if (option === undefined) {
      operands.push(word);
      continue;
    }
    const found = findSpec(option.name, specs);
    if (typeof found === 'string') {
      problems.push(wrong(found));
    } else if (!found.takesValue) {
      if (option.value !== undefined) problems.push(wrong(`Option ${option.flag} takes no value.`));
      else given.push({ spec: found, value: undefined });
    } else {
      const value = option.value ?? words.shift();
      if (value === undefined || option.value === '') {
        problems.push(wrong(`Option ${option.flag} needs a value.`));
      } else {
        given.push({ spec: found, value });
      }
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  return { given, operands };
}

function wrong(message: string): Problem {
  return { code: 'usage', message };
}

function splitOption(word: string): { flag: string; name: string; value: string | undefined } | undefined {
  const match = /^(--?)([^=]+)(?:=([^]*))?$/.exec(word);
  if (match === null) return undefined;
  const [, dashes = '', name = '', value] = match;
  return { flag: `${dashes}${name}`, name, value };
}

function findSpec<S extends OptionSpec>(typed: string, specs: readonly S[]): S | string {
  const name = typed.toLowerCase();
  const exact = specs.find((spec) => spec.names.includes(name));
  if (exact !== undefined) return exact;
  const all = specs.filter((spec) => spec.names.some((known) => known.startsWith(name)));
  const theirs = all.filter((spec) => spec.ours !== true);
  const begun = theirs.length > 0 ? theirs : all;
  const [only] = begun;
  if (only === undefined) return `Unknown option: ${typed}${didYouMean(`--${name}`, longFlags(specs))}`;
  if (begun.length === 1) return only;
  return `Option ${typed} is ambiguous: ${begun.map(flagOf).join(', ')}`;
}

function longFlags(specs: readonly OptionSpec[]): string[] {
  return specs.flatMap(({ names }) => names.filter((one) => one.length > 1).map((one) => `--${one}`));
}
