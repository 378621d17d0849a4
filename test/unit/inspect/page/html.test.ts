import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escaped, table } from '../../../../src/inspect/page/html.ts';

test('no text is markup, and all that can be seen of it stays', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = escaped(text);
      expect(found).not.toMatch(/[<>"']/);
      expect(found.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
    }),
  );
  expect(escaped('a < b & "c"\n')).toBe('a &lt; b &amp; &quot;c&quot;\\n');
});

test('the first cell names the row, figures stand to the right, a row has its id', () => {
  const text = table(
    'A & B',
    [{ title: 'Name' }, { title: 'Size', figures: true }],
    [{ id: 'r-1', cells: ['x', '5 kB'] }, { cells: ['y', '6 kB'] }],
  );
  expect(text).toContain('aria-label="A &amp; B"');
  expect(text).toContain('<th scope="col" class="figure">Size</th>');
  expect(text).toContain('<tr id="r-1"><th scope="row">x</th><td class="figure">5 kB</td></tr>');
  expect(text).toContain('<tr><th scope="row">y</th>');
});
