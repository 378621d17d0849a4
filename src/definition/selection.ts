import { RootimgError } from '../base/errors.ts';

/** One `-w`: an attribute and a test of its value. */
export interface Selection {
  readonly attribute: string;
  readonly matches: (value: string) => boolean;
}

/**
 * Reads `attr==val`, `attr!=val`, `attr=~regex`, `attr!~regex`; `attr=val` is `attr==val`. The first `=`
 * decides; slashes around a regular expression are decoration. Throws `selection` for anything else.
 */
export function parseSelection(text: string): Selection {
  const [attribute, operator, value] = splitSelection(text);
  switch (operator) {
    case '==':
      return { attribute, matches: (actual) => actual === value };
    case '!=':
      return { attribute, matches: (actual) => actual !== value };
    case '=~':
    case '!~': {
      const pattern = regularExpression(value.replace(/^\//, '').replace(/\/$/, ''), text);
      return { attribute, matches: (actual) => pattern.test(actual) === (operator === '=~') };
    }
    default:
      throw wrongSelection(text, 'attr==val, attr!=val, attr=~regex or attr!~regex is expected.');
  }
}

function splitSelection(text: string): [attribute: string, operator: string, value: string] {
  const equals = text.indexOf('=');
  const cut = (at: number, length: number): [string, string, string] => [
    text.slice(0, at),
    text.slice(at, at + length),
    text.slice(at + length),
  ];
  if (equals >= 0 && /[=~]/.test(text[equals + 1] ?? '')) return cut(equals, 2);
  if (equals > 0 && text[equals - 1] === '!') return cut(equals - 1, 2);
  const negated = text.indexOf('!~');
  if (negated >= 0) return cut(negated, 2);
  const value = text.slice(equals + 1);
  return equals >= 0 && value !== '' && !value.includes('=')
    ? [text.slice(0, equals), '==', value]
    : [text, '', ''];
}

/** What Perl has and JavaScript would read as something else, without an error. */
const perlOnly: ReadonlyMap<string, string> = new Map([
  ['\\A', '^'],
  ['\\z', '$'],
  ['\\Z', '$'],
  ['[:alnum:]', 'A-Za-z0-9'],
  ['[:alpha:]', 'A-Za-z'],
  ['[:digit:]', '0-9'],
  ['[:lower:]', 'a-z'],
  ['[:space:]', '\\s'],
  ['[:upper:]', 'A-Z'],
  ['[:word:]', '\\w'],
  ['[:xdigit:]', '0-9A-Fa-f'],
]);

/** A regular expression of Perl's, as far as people use them: `(?i)` in front, anchors and classes. */
function regularExpression(source: string, text: string): RegExp {
  const ignoresCase = source.startsWith('(?i)');
  const ours = source.replace(/\\.|\[:[a-z]+:\]/g, (part) => perlOnly.get(part) ?? part);
  try {
    return ignoresCase ? new RegExp(ours.slice(4), 'i') : new RegExp(ours);
  } catch (cause) {
    throw wrongSelection(text, `${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

function wrongSelection(text: string, why: string): RootimgError {
  return new RootimgError('selection', `Incorrect selection '${text}' given with -w: ${why}`);
}

/**
 * True when an object passes all selections. `valueOf` gives '' for an attribute that is unset and undefined
 * for one that the type does not have, which no selection matches, not even a negated one.
 */
export function passesAll(
  selections: readonly Selection[],
  valueOf: (attribute: string) => string | undefined,
): boolean {
  return selections.every(({ attribute, matches }) => {
    const value = valueOf(attribute);
    return value !== undefined && matches(value);
  });
}
