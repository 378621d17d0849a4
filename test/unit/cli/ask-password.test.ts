import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSecret } from '../../../src/cli/ask-password.ts';
import { stoppedError } from '../../../src/system/signals.ts';

/** What a terminal in raw mode gives for these keys, cut anywhere: characters may be split. */
async function* typed(keys: string, cuts: readonly number[] = []): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(keys);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, place] of places.slice(1).entries()) yield bytes.subarray(places[index], place);
}

test.each([
  ['the end of the line ends it', 'geheim\rmore', 'geheim'],
  ['an empty line is an empty password', '\n', ''],
  ['backspace takes a whole character away', 'aß€😀\x7f\x08\x7fb\r', 'ab'],
  ['backspace on nothing does nothing', '\x7f\x7fa\r', 'a'],
  ['Ctrl-U takes all away', 'wrong\x15right\r', 'right'],
  ['Ctrl-D behind something is a character', 'a\x04\r', 'a\x04'],
  ['Ctrl-D alone is the end of input', '\x04', undefined],
  ['the end of input without a line end gives nothing', 'half', undefined],
])('%s', async (_, keys, secret) => {
  expect(await readSecret(typed(keys))).toBe(secret);
});

test('Ctrl-C stops', async () => {
  await expect(readSecret(typed('abc\x03'))).rejects.toEqual(stoppedError('SIGINT'));
});

test('it does not matter how the bytes of what is typed are cut', async () => {
  const key = fc.oneof(fc.constantFrom('ä', '😀', 'x', ' ', '\x7f', '\x15'));
  await fc.assert(
    fc.asyncProperty(fc.array(key), fc.array(fc.nat(200)), async (keys, cuts) => {
      const left: string[] = [];
      for (const one of keys) {
        if (one === '\x15') left.length = 0;
        else if (one === '\x7f') left.pop();
        else left.push(one);
      }
      expect(await readSecret(typed(`${keys.join('')}\r`, cuts))).toBe(left.join(''));
    }),
  );
});
