import { resolve } from 'node:path';
import { formatOrigin, type Origin, type Problem } from '../base/errors.ts';
import type { PackagePass } from '../plan/build-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { isProblem, type ListFile, type ListLine, readListFile } from './list-file.ts';
import { notAPackage, type PackageListKind, readEntry } from './package-entry.ts';
import { locateInclude, unsetVariables } from './package-include.ts';
import { type LineToken, lineTokens } from './package-line.ts';
import { readEnvironment, readOption } from './package-options.ts';
import { type PackageListContext, passAt, type Place, type Reading, warn } from './package-reading.ts';

export interface PackageLists {
  readonly passes: readonly PackagePass[];
  /** Every file that was read, includes too, each once. */
  readonly files: readonly ListFile[];
  /** Every file of `#DEBCONF:…#`, each once. */
  readonly answers: readonly ListFile[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** More includes than this are a mistake that would fill the memory. */
const mostFiles = 10_000;

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
    answers: new Map(),
    optionLines: new Map(),
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
  const [files, answers] = [reading.files, reading.answers].map((map) => [...map.values()]);
  return { passes, problems, warnings, files: files ?? [], answers: answers ?? [] };
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
      else if (token.kind === 'recommends' || token.kind === 'debconf')
        await readOption(reading, place, token, line);
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
  token: Exclude<LineToken, { kind: 'include' | 'recommends' | 'debconf' }>,
  line: ListLine,
): void {
  if (token.kind === 'next-pass') place.pass += 1;
  else if (token.kind === 'environment') readEnvironment(reading, passAt(reading, place), token.text, line);
  else if (token.kind === 'entry') addEntry(reading, passAt(reading, place), token.text, line);
  else if (token.kind === 'almost')
    warn(
      reading,
      line,
      `'${token.text}' is a comment: a directive needs its exact form and the closing '#'.`,
    );
  else if (token.after === 'include')
    reading.problems.push({ ...notAPackage(token.text), origin: line.origin });
  else warn(reading, line, `'${token.text}' after the directive is left out.`);
}

function addEntry(reading: Reading, pass: PackagePass, text: string, line: ListLine): void {
  const { kind, context } = reading;
  const { entry, warning, problem } = readEntry(text, kind, context.packageFormat);
  if (entry !== undefined) pass[entry.list].push({ name: entry.name, origin: line.origin });
  if (warning !== undefined) warn(reading, line, warning);
  if (problem !== undefined) reading.problems.push({ ...problem, origin: line.origin });
}

/** Empty passes vanish; an environment without a package would vanish with them unseen. */
function keepPass(reading: Reading, pass: PackagePass): boolean {
  if (pass.install.length + pass.removeBefore.length + pass.removeAfter.length > 0) return true;
  for (const line of reading.optionLines.get(pass) ?? []) {
    warn(reading, line, `'${line.text}' is for a pass without packages: left out.`);
  }
  return false;
}
