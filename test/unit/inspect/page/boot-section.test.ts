import { expect, test } from 'vitest';
import { bootSection } from '../../../../src/inspect/page/boot-section.ts';

test('each step is a bar from the one before, as a share of the whole', () => {
  const text = bootSection({
    ...{ ok: true, problems: [], machine: 'x86_64, kvm', ofThisPack: true },
    steps: [
      ['kernel', 2],
      ['target', 10],
    ],
  });
  expect([...text.matchAll(/margin-left:([\d.]+)%;width:([\d.]+)%/g)].map(([, a, b]) => [a, b])).toEqual([
    ['0.00', '20.00'],
    ['20.00', '80.00'],
  ]);
  expect(text).toContain('It came up. Machine: x86_64, kvm.');
  expect(text).not.toContain('not the packed root');
});
