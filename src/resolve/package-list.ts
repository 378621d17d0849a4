import { basename, resolve } from 'node:path';
import { formatOrigin, type Origin, type Problem } from '../base/errors.ts';
import type { PackagePass } from '../plan/build-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { hasUnprintable, isProblem, type ListFile, type ListLine, readListFile } from './list-file.ts';
import { locateInclude, unsetVariables } from './package-include.ts';
import { environmentWords, type LineToken, lineTokens } from './package-line.ts';

export type PackageListKind = 'pkglist' | 'otherpkglist';

export interface PackageListContext {
  /** Names in the attribute are relative to it. */
  readonly cwd: string;
  /** For `$NAME` in includes. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Where the attribute stands. */
  readonly asked?: Origin | undefined;
}

export interface PackageLists {
  readonly passes: readonly PackagePass[];
  /** Every file that was read, includes too, each once. */
  readonly files: readonly ListFile[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** More includes than this are a mistake that would fill the memory. */
const mostFiles = 10_000;

interface Reading {
  readonly kind: PackageListKind;
  readonly context: PackageListContext;
  readonly passes: PackagePass[];
  readonly files: Map<string, ListFile>;
  readonly problems: Problem[];
  readonly warnings: string[];
  /** Where each pass got its environment. */
  readonly environmentLines: Map<PackagePass, ListLine[]>;
  reads: number;
}

/** Where in the reading of one file of the attribute we are. */
interface Place {
  readonly top: string;
  /**
   * Index of the pass; counted anew in each file of the attribute, so that equal passes of all files go
   * together.
   */
  pass: number;
}

/**
 * Reads a pkglist or otherpkglist attribute with all includes. Never throws for what the files hold: all that
 * is wrong is in `problems`.
 */
export async function readPackageLists(
  value: string | undefined,
  kind: PackageListKind,
  context: PackageListContext,
): Promise<PackageLists> {
  const reading: Reading = {
    kind,
    context,
    passes: [],
    files: new Map(),
    problems: [],
    warnings: [],
    environmentLines: new Map(),
    reads: 0,
  };
  const { names, hasGap } = splitCommaList(value);
  if (hasGap) reading.problems.push(listGap(kind, value, context.asked));
  for (const name of names) {
    const path = resolve(context.cwd, name);
    await readFileInto(reading, { top: path, pass: 0 }, path, context.asked, []);
  }
  const passes = reading.passes.filter((pass) => keepPass(reading, pass));
  const { problems, warnings } = reading;
  return { passes, problems, warnings, files: [...reading.files.values()] };
}

async function readFileInto(
  reading: Reading,
  place: Place,
  path: string,
  asked: Origin | undefined,
  chain: readonly string[],
): Promise<void> {
  const what = chain.length === 0 ? reading.kind : `included ${reading.kind}`;
  const file = await readListFile(path, what, asked);
  if (isProblem(file)) {
    reading.problems.push(file);
    return;
  }
  reading.files.set(path, file);
  for (const line of file.lines) {
    for (const token of lineTokens(line.text)) {
      if (token.kind === 'include') await include(reading, place, token.path, line.origin, [...chain, path]);
      else readToken(reading, place, token, line);
    }
  }
}

async function include(
  reading: Reading,
  place: Place,
  written: string,
  origin: Origin,
  chain: readonly string[],
): Promise<void> {
  const { variables } = reading.context;
  const located = await locateInclude(written, origin.file, place.top, variables);
  if (located.warning !== undefined) reading.warnings.push(`${formatOrigin(origin)}: ${located.warning}`);
  if (chain.includes(located.path)) {
    const circle = [...chain.slice(chain.indexOf(located.path)), located.path].join(' → ');
    reading.problems.push({
      code: 'include-cycle',
      message: `Package lists include each other in a circle: ${circle}.`,
      origin,
    });
    return;
  }
  reading.reads += 1;
  if (reading.reads > mostFiles) {
    if (reading.reads === mostFiles + 1)
      reading.problems.push({ code: 'include-many', message: `More than ${mostFiles} includes.`, origin });
    return;
  }
  const before = reading.problems.length;
  await readFileInto(reading, place, located.path, origin, chain);
  const unset = unsetVariables(written, variables);
  const problem = reading.problems[before];
  if (unset.length > 0 && problem?.code === 'file-unreadable' && problem.origin === origin) {
    reading.problems[before] = { ...problem, hint: `Not set in the environment: ${unset.join(', ')}.` };
  }
}

function readToken(
  reading: Reading,
  place: Place,
  token: Exclude<LineToken, { kind: 'include' }>,
  line: ListLine,
): void {
  if (token.kind === 'next-pass') place.pass += 1;
  else if (token.kind === 'environment') readEnvironment(reading, passAt(reading, place), token.text, line);
  else if (token.kind === 'entry') readEntry(reading, passAt(reading, place), token.text, line);
  else if (token.kind === 'almost')
    warn(
      reading,
      line,
      `'${token.text}' is a comment: a directive needs its exact form and the closing '#'.`,
    );
  else if (token.after === 'include') wrongEntry(reading, line, token.text);
  else warn(reading, line, `'${token.text}' after the directive is left out.`);
}

function readEnvironment(reading: Reading, pass: PackagePass, text: string, line: ListLine): void {
  const { words, loose } = environmentWords(text);
  pass.environment.push(...words);
  reading.environmentLines.set(pass, [...(reading.environmentLines.get(pass) ?? []), line]);
  if (words.length === 0 || hasUnprintable(text)) {
    reading.problems.push({
      code: 'environment',
      message: `'#ENV:${text}#' sets nothing: NAME=value words are expected.`,
      origin: line.origin,
    });
  } else if (loose.length > 0) {
    warn(reading, line, `${loose.join(' ')} in #ENV is taken as part of the value before it.`);
  }
}

function readEntry(reading: Reading, pass: PackagePass, text: string, line: ListLine): void {
  const { origin } = line;
  const blankInName = /\s/.test(text) && !(text.startsWith('@') && !text.includes('#'));
  const noName = text === '@' || text.endsWith('/');
  if (blankInName || noName || hasUnprintable(text)) return wrongEntry(reading, line, text);
  const [, dashes = '', rest = ''] = /^(-{0,2})([^]*)$/.exec(text) ?? [];
  if (dashes === '') {
    pass.install.push({ name: installName(reading, text, line), origin });
    return;
  }
  const name = basename(rest);
  if (reading.kind === 'pkglist') {
    reading.problems.push({
      code: 'removal-in-pkglist',
      message: `'${text}' removes a package, which only an otherpkglist can.`,
      origin,
      hint: 'Put this line into the otherpkglist.',
    });
  } else if (name === '' || name.startsWith('-')) {
    wrongEntry(reading, line, text);
  } else if (dashes === '-') {
    pass.removeBefore.push({ name, origin });
  } else {
    pass.removeAfter.push({ name, origin });
  }
}

/**
 * A folder before a name is a repository's in an otherpkglist and nothing in a pkglist, where xCAT drops it.
 */
function installName(reading: Reading, text: string, line: ListLine): string {
  if (reading.kind === 'otherpkglist' || !text.includes('/') || text.startsWith('/')) return text;
  if (text.startsWith('@')) return text;
  const name = basename(text);
  warn(reading, line, `'${text}' is '${name}' in a pkglist: folders count only in an otherpkglist.`);
  return name;
}

function wrongEntry(reading: Reading, { origin }: ListLine, text: string): void {
  reading.problems.push({
    code: 'package-line',
    message: `'${text}' is not a package name.`,
    origin,
    hint: 'One name a line; a comment needs a line of its own.',
  });
}

function warn(reading: Reading, { origin }: ListLine, message: string): void {
  reading.warnings.push(`${formatOrigin(origin)}: ${message}`);
}

function passAt(reading: Reading, place: Place): PackagePass {
  while (reading.passes.length <= place.pass) {
    reading.passes.push({ install: [], removeBefore: [], removeAfter: [], environment: [] });
  }
  const pass = reading.passes[place.pass];
  if (pass === undefined) throw new Error('no such pass');
  return pass;
}

/** Empty passes vanish; an environment without a package would vanish with them unseen. */
function keepPass(reading: Reading, pass: PackagePass): boolean {
  if (pass.install.length + pass.removeBefore.length + pass.removeAfter.length > 0) return true;
  if (pass.environment.length > 0) {
    for (const line of reading.environmentLines.get(pass) ?? []) {
      warn(reading, line, `'${line.text}' is for a pass without packages: left out.`);
    }
  }
  return false;
}
