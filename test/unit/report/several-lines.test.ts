import { expect, test, vi } from 'vitest';
import { severalLines } from '../../../src/report/several-lines.ts';

/** What the live lines show, as a pipe gets them: each time anew. */
function shown(work: () => void): string {
  let text = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    work();
  } finally {
    write.mockRestore();
  }
  return text;
}

test('each image has a line until it has ended; what is said stands above with its name', () => {
  let out = '';
  const { of, all } = severalLines({ out: (text) => (out += text), err: (text) => (out += text) });
  const live = shown(() => {
    const [a, long] = [of('a'), of('long')];
    const phase = a.phase('Install packages');
    phase.progress('bash', 1, 2);
    long.phase('Send the plan').done();
    long.warn('careful');
    a.info('a word');
    for (const image of [a, long]) image.close();
    all.line('2 of 2');
  });
  expect(live).toContain('a  Install packages');
  expect(out).toBe('Warning: long: careful\na: a word\n2 of 2\n');
});

test('--quiet shows no live line', () => {
  const live = shown(() => {
    const { of } = severalLines({ out: () => {}, err: () => {} }, { quiet: true });
    of('a').phase('Install packages').failed();
    of('a').close();
  });
  expect(live).toBe('');
});
