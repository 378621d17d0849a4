import { formatOrigin } from '../base/errors.ts';
import type { PackagePass } from '../plan/build-plan.ts';
import { answerProblems } from './deb/answers.ts';
import { hasUnprintable, isProblem, type ListLine, readListFile } from './list-file.ts';
import { locateInclude } from './package-include.ts';
import { environmentWords, type LineToken } from './package-line.ts';
import { keepLine, passAt, type Place, type Reading, warn } from './package-reading.ts';

/** Adds the assignments of `#ENV:…#` to a pass. */
export function readEnvironment(reading: Reading, pass: PackagePass, text: string, line: ListLine): void {
  const { words, loose } = environmentWords(text);
  pass.environment.push(...words);
  keepLine(reading, pass, line);
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

/** What only deb packages know: recommended packages, and answers to questions. */
export async function readOption(
  reading: Reading,
  place: Place,
  token: Extract<LineToken, { kind: 'recommends' | 'debconf' }>,
  line: ListLine,
): Promise<void> {
  if (reading.context.packageFormat !== 'deb') {
    warn(reading, line, `#${token.kind.toUpperCase()}# is for images of Debian and Ubuntu: left out.`);
    return;
  }
  const pass = passAt(reading, place);
  keepLine(reading, pass, line);
  if (token.kind === 'recommends') pass.recommends = true;
  else await readAnswers(reading, place, pass, token.path, line);
}

async function readAnswers(
  reading: Reading,
  place: Place,
  pass: PackagePass,
  written: string,
  { origin }: ListLine,
): Promise<void> {
  const { variables } = reading.context;
  const located = await locateInclude(written, origin.file, place.top, variables);
  if (located.warning !== undefined) reading.warnings.push(`${formatOrigin(origin)}: ${located.warning}`);
  const file = await readListFile(located.path, 'debconf answers', origin);
  if (isProblem(file)) {
    reading.problems.push(file);
    return;
  }
  reading.answers.set(located.path, file);
  reading.problems.push(...answerProblems(file));
  if (pass.debconf?.includes(located.path) !== true) pass.debconf = [...(pass.debconf ?? []), located.path];
}
