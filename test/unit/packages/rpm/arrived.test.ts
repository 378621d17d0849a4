import { expect, test } from 'vitest';
import { hasArrived, notArrived } from '../../../../src/packages/rpm/arrived.ts';

const host = { root: '/none', shared: '/none', macros: '/none' };
const installed = { spellings: new Set(['bash', 'bash-5.2']), provides: new Set(['virtual(thing)']) };

test.each([
  ['bash', true],
  ['bash-5.2', true],
  ['bash-5.3', false],
  ['virtual(thing)', true],
  ['ba*', true],
  ['b[!x]sh', true],
  ['z?', false],
  ['other', false],
])('%s: %s', async (name, arrived) => {
  expect(await hasArrived(host, name, installed)).toBe(arrived);
});

test('what has not arrived is told by its line, with the log', () => {
  expect(notArrived({ name: 'a', origin: { file: '/l', line: 3 } }, 'x.log', 'it is blue')).toEqual({
    code: 'package-not-arrived',
    message: "'a' is not in the image after its pass: it is blue.",
    origin: { file: '/l', line: 3 },
    hint: 'logs/x.log tells what the package manager did instead.',
  });
});
