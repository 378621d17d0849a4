import { type AST, RegExpParser } from '@eslint-community/regexpp';

/**
 * How often a backtracking matcher looks at a character until it is done; `most` and more are not counted
 * further.
 */
export function stepsOf(source: string, flags: string, text: string, most: number): number {
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  let steps = 0;
  const isMultiline = flags.includes('m');
  type Then = (at: number) => boolean;

  const alternatives = (list: readonly AST.Alternative[], at: number, then: Then): boolean =>
    list.some((one) => sequence(one.elements, 0, at, then));

  const sequence = (elements: readonly AST.Element[], index: number, at: number, then: Then): boolean => {
    const element = elements[index];
    if (element === undefined) return then(at);
    return match(element, at, (next) => sequence(elements, index + 1, next, then));
  };

  const match = (element: AST.Element, at: number, then: Then): boolean => {
    if (steps >= most) throw new TooMany();
    switch (element.type) {
      case 'Assertion':
        return assertion(element, at) && then(at);
      case 'Group':
      case 'CapturingGroup':
        return alternatives(element.alternatives, at, then);
      case 'Quantifier':
        return quantifier(element, at, then);
      case 'Backreference':
        return then(at);
      default: {
        steps += 1;
        const char = text[at];
        return char !== undefined && testOf(element, flags).test(char) && then(at + 1);
      }
    }
  };

  /** Single characters are counted in a loop, as an engine does, everything else by calls. */
  const quantifier = ({ element, min, max, greedy }: AST.Quantifier, at: number, then: Then): boolean => {
    if (isSingle(element)) {
      const test = testOf(element, flags);
      let reach = at;
      while (reach - at < max && reach < text.length) {
        steps += 1;
        if (!test.test(text[reach] ?? '')) break;
        reach += 1;
      }
      if (steps >= most) throw new TooMany();
      if (greedy) {
        for (let end = reach; end >= at + min; end -= 1) if (then(end)) return true;
      } else for (let end = at + min; end <= reach; end += 1) if (then(end)) return true;
      return false;
    }
    const again = (count: number, from: number): boolean => {
      const more = () =>
        count < max && match(element, from, (next) => (next > from || count < min) && again(count + 1, next));
      if (count < min) return more();
      return greedy ? more() || then(from) : then(from) || more();
    };
    return again(0, at);
  };

  const assertion = (one: AST.Assertion, at: number): boolean => {
    steps += 1;
    if (one.kind === 'start') return at === 0 || (isMultiline && text[at - 1] === '\n');
    if (one.kind === 'end') return at === text.length || (isMultiline && text[at] === '\n');
    if (one.kind === 'lookahead') return alternatives(one.alternatives, at, () => true) !== one.negate;
    // Of what a text must not follow there are only single characters.
    if (one.kind === 'lookbehind')
      return (at > 0 && alternatives(one.alternatives, at - 1, (end) => end === at)) !== one.negate;
    return true;
  };

  try {
    const isAnchored =
      !isMultiline &&
      pattern.alternatives.every(
        ({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'start',
      );
    const starts = isAnchored || flags.includes('y') ? 1 : text.length + 1;
    for (let at = 0; at < starts; at += 1) {
      let end = -1;
      const found = alternatives(pattern.alternatives, at, (reached) => ((end = reached), true));
      if (!found) continue;
      if (!flags.includes('g')) break;
      at = Math.max(at, end - 1);
    }
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
  }
  return steps;
}

class TooMany extends Error {}

function isSingle({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterClass' || type === 'CharacterSet';
}

const tests = new Map<string, RegExp>();

function testOf(element: AST.Element, flags: string): RegExp {
  const key = `${flags} ${element.raw}`;
  const known = tests.get(key) ?? new RegExp(`^${element.raw}$`, flags.replace(/[gym]/g, ''));
  tests.set(key, known);
  return known;
}

/**
 * Pieces of texts that may make a matcher go back: what the expression itself speaks of, and common
 * characters.
 */
export function piecesOf(source: string): string[] {
  const literal = source.replace(/\\[a-zA-Z]/g, ' ').replace(/[\\^$.*+?()[\]{}|]/g, ' ');
  const words = literal.split(/\s+/).filter((word) => word !== '' && word.length < 12);
  return [
    ...new Set([
      'a',
      ' ',
      '0',
      '/',
      '.',
      '-',
      '\n',
      '$',
      ...words,
      ...words.flatMap((word) => [...word].slice(0, 2)),
    ]),
  ].slice(0, 24);
}
