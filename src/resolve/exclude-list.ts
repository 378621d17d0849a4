import { dirname, resolve } from 'node:path';
import { formatOrigin, type Origin, type Problem } from '../base/errors.ts';
import type { ExcludeRule } from '../plan/pack-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { almostDirective, includeDirective } from './directives.ts';
import { hasUnprintable, isProblem, type ListLine, readListFile } from './list-file.ts';

export interface ExcludeLists {
  readonly rules: readonly ExcludeRule[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** More includes than this are a mistake: lists that include each other many times over would never end. */
const mostIncludes = 10_000;

interface Reading {
  readonly rules: ExcludeRule[];
  readonly problems: Problem[];
  readonly warnings: string[];
  /** Includes are relative to the folder of the top list, also nested ones. */
  readonly topFolder: string;
  includes: number;
}

/**
 * Reads an exlist attribute: one or more files, comma separated, names relative to `cwd`. `#` begins a
 * comment anywhere in a line;
 * `#INCLUDE:path#` takes another list in, without variables; a leading `-` is decoration, `+` takes back in.
 * `asked` is where the
 * attribute stands.
 */
export async function readExcludeLists(
  value: string | undefined,
  cwd: string,
  asked?: Origin,
): Promise<ExcludeLists> {
  const rules: ExcludeRule[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const { names, hasGap } = splitCommaList(value);
  if (hasGap) problems.push(listGap('exlist', value, asked));
  for (const name of names) {
    const path = resolve(cwd, name);
    await readInto({ rules, problems, warnings, topFolder: dirname(path), includes: 0 }, path, asked, []);
  }
  return { rules, problems, warnings };
}

async function readInto(
  reading: Reading,
  path: string,
  asked: Origin | undefined,
  chain: readonly string[],
): Promise<void> {
  if (chain.includes(path)) {
    const message = `exlists include each other in a circle: ${[...chain, path].join(' → ')}.`;
    reading.problems.push({
      code: 'include-cycle',
      message,
      ...(asked === undefined ? {} : { origin: asked }),
    });
    return;
  }
  const file = await readListFile(path, 'exlist', asked);
  if (isProblem(file)) {
    reading.problems.push(file);
    return;
  }
  for (const line of file.lines) {
    // Several on one line (`#INCLUDE:a##INCLUDE:b#`) as in package lists.
    let { text } = line;
    for (let found = includeDirective(text); found !== undefined; found = includeDirective(text)) {
      text = found.rest;
      reading.includes += 1;
      if (reading.includes > mostIncludes) {
        if (reading.includes === mostIncludes + 1) reading.problems.push(tooMany(line.origin));
        return;
      }
      await readInto(reading, resolve(reading.topFolder, found.path), line.origin, [...chain, path]);
    }
    if (text !== line.text && text !== '' && !text.startsWith('#')) {
      reading.warnings.push(`${formatOrigin(line.origin)}: '${text}' after the include is left out.`);
    } else readRule(reading, { ...line, text });
  }
}

function tooMany(origin: Origin): Problem {
  return { code: 'include-many', message: `More than ${mostIncludes} includes.`, origin };
}

function readRule({ rules, warnings }: Reading, { text, origin }: ListLine): void {
  const warn = (message: string) => warnings.push(`${formatOrigin(origin)}: ${message}`);
  const comment = /#.*$/.exec(text)?.[0] ?? '';
  if (almostDirective(comment)) {
    warn(`'${comment}' is a comment: a directive is written #INCLUDE:path#, on a line of its own.`);
  }
  const line = text.slice(0, text.length - comment.length).trimEnd();
  const pattern = line.replace(/^[+-]\s*/, '');
  if (line === '') return;
  if (pattern === '') {
    warn(`'${line}' names no path.`);
    return;
  }
  if (hasUnprintable(pattern)) warn('this pattern is not plain UTF-8 text; it may match nothing.');
  rules.push({ pattern, kind: line.startsWith('+') ? 'include' : 'exclude', origin });
}
