import { expect, it } from 'vitest';
import { selectionRules } from '../../../../src/pack/select/selection-rules.ts';

const rule = (text: string, line: number) => ({
  kind: text.startsWith('+') ? ('include' as const) : ('exclude' as const),
  pattern: text.replace(/^\+/, ''),
  origin: { file: '/e', line },
});

/** Judges names that lie in the root. */
function judge(texts: string[], names: string[], ours = false) {
  const rules = selectionRules(texts.map(rule), ['./host_key']);
  const inRoot = rules.enter(rules.outside, '.', '.');
  return {
    verdicts: names.map((name) => rules.judge(inRoot, `./${name}`, name, ours)),
    unmatched: rules.unmatched().map(({ pattern }) => pattern),
  };
}

it('a + rule wins over every other, wherever it stands', () => {
  const expected = ['kept', 'excluded', 'kept'];
  expect(judge(['./a*', '+./ab'], ['ab', 'ac', 'b']).verdicts).toEqual(expected);
  expect(judge(['+./ab', './a*'], ['ab', 'ac', 'b']).verdicts).toEqual(expected);
  expect(judge(['+./host_key', '+./.statelite'], ['host_key', '.statelite']).verdicts).toEqual([
    'kept',
    'kept',
  ]);
});

it('what belongs to one machine is left out, but for what the pack itself puts there', () => {
  expect(judge([], ['host_key', '.statelite']).verdicts).toEqual(['identity', 'excluded']);
  expect(judge([], ['host_key'], true).verdicts).toEqual(['kept']);
});

it('rules that matched nothing are told in their order; one that kept what stayed anyway has matched', () => {
  expect(judge(['./none', '+./a', '+./none2', './b'], ['a', 'b']).unmatched).toEqual(['./none', './none2']);
});
