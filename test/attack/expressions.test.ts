import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { piecesOf, stepsOf } from './lib/regex-steps.ts';

interface Found {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** All regular expressions that stand in the code. */
function expressions(): Found[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join('src', name);
      const code = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
      const found: Found[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const cut = node.text.lastIndexOf('/');
          found.push({
            place: `${file} ${node.text}`,
            source: node.text.slice(1, cut),
            flags: node.text.slice(cut + 1),
          });
        }
        ts.forEachChild(node, visit);
      };
      visit(code);
      return found;
    });
}

const short = 60;
const factor = 10;
/** Characters of the shorter texts at most: the longer ones are matched by calls within calls. */
const longestShort = 100;

/**
 * Texts of a repeated piece, with and without something before, and with something at the end that matches
 * nowhere.
 */
function* texts(source: string, times: 1 | typeof factor): Generator<string> {
  const pieces = piecesOf(source);
  for (const piece of pieces) {
    for (const second of ['', ...pieces.slice(0, amount(1, 24))]) {
      const unit = piece + second;
      const body = unit.repeat(times * Math.min(short, Math.ceil(longestShort / unit.length)));
      for (const before of ['', ...pieces.slice(8, amount(10, 24))]) yield `${before}${body}\u0001`;
    }
  }
}

/** The text that costs most when it is ten times longer, and how many times more it costs. */
function worst({ source, flags }: Found): { ratio: number; text: string } {
  let found = { ratio: 0, text: '' };
  const large = texts(source, factor);
  for (const text of texts(source, 1)) {
    const longer = large.next().value ?? '';
    const once = stepsOf(source, flags, text, 1e6);
    // Twelve times what a short text costs, and a few steps for each character.
    const limit = 12 * once + 4 * longer.length;
    const steps = stepsOf(source, flags, longer, limit + 1);
    if (steps > limit && steps / once > found.ratio) found = { ratio: steps / once, text: text.slice(0, 30) };
    if (found.ratio > 0) return found;
  }
  return found;
}

test('ten times the text costs no regular expression more than twelve times the work', () => {
  const grown = expressions().flatMap((one) => {
    const { ratio, text } = worst(one);
    return ratio === 0 ? [] : [`${one.place}  ${JSON.stringify(text)}`];
  });
  expect(grown).toEqual([]);
});
