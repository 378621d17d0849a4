import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { advice } from '../../../tools/messages/advice.ts';
import { placesIn } from '../../../tools/messages/collect.ts';
import { allEntries, messagesPage } from '../../../tools/messages/page.ts';

const entries = allEntries('src');

/** Wrong usage ends with the line that shows how. */
const saysItself = new Set(['usage']);

it('docs/troubleshooting.md has an entry for each code, and no other (npm run messages)', () => {
  const page = readFileSync('docs/troubleshooting.md', 'utf8');
  const listed = [...page.matchAll(/^- \*\*.*\*\* \(([a-z0-9-]+)\)$/gm)].map(([, code]) => code);
  expect([...new Set(listed)].sort()).toEqual([...new Set(entries.map(({ code }) => code))].sort());
  expect(listed.length).toBeGreaterThan(300);
});

it('each message says what to do, in its hint or in tools/messages/advice.ts', () => {
  const silent = entries.filter(({ code, hints }) => hints.length === 0 && !saysItself.has(code));
  expect(silent.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  const codes = new Set(entries.map(({ code }) => code));
  expect(Object.keys(advice).filter((code) => !codes.has(code))).toEqual([]);
});

it('messages are found however they are composed', () => {
  const text = `const hint = 'do it';
function f(a: string, b: boolean) {
  const message = \`\${a} is \${b}.\`;
  if (b) throw new RootimgError('one', b ? 'this' : \`that \${a}\`, { hint: 'now' });
  return [{ code: 'two', message, hint }, { code: 'three', message: 'a' + a, ...(b ? {} : { hint }) }, { code: 4 }];
}`;
  expect(placesIn('f.ts', text)).toEqual([
    { code: 'one', messages: ['this', 'that …'], hints: ['now'] },
    { code: 'two', messages: ['… is ….'], hints: ['do it'] },
    { code: 'three', messages: ['a…'], hints: ['do it'] },
  ]);
});

it('the page is sorted by what is always the same, and nothing in it is Markdown', () => {
  const page = messagesPage([
    { code: 'c', message: undefined, hints: [] },
    { code: 'b', message: '… Zeta *x*', hints: ['do <it>'] },
    { code: 'b', message: 'alpha', hints: [] },
    { code: 'a', message: "'…' middle", hints: [] },
  ]);
  expect(page.split('\n').filter((line) => /^ *- /.test(line))).toEqual([
    '- **alpha** (b)',
    "- **'…' middle** (a)",
    '- **… Zeta \\*x\\*** (b)',
    '  - do \\<it\\>',
    '- **what was found** (c)',
  ]);
});
