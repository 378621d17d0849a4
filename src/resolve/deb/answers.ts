import type { Problem } from '../../base/errors.ts';
import type { ListFile } from '../list-file.ts';

/** The lines of a file of answers that debconf-set-selections(1) does not take. */
export function answerProblems({ lines }: ListFile): Problem[] {
  const problems: Problem[] = [];
  let isContinued = false;
  for (const { text, origin } of lines) {
    const isOwn = !isContinued && text !== '' && !text.startsWith('#');
    isContinued = text.endsWith('\\');
    if (!isOwn || isContinued || /^\S+\s+\S+\s+\S+/.test(text)) continue;
    problems.push({
      code: 'debconf-line',
      message: `'${text}' is not an answer: PACKAGE QUESTION TYPE VALUE was expected.`,
      origin,
      hint: 'debconf-get-selections prints such lines.',
    });
  }
  return problems;
}
