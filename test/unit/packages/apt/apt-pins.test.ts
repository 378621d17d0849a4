import { expect, test } from 'vitest';
import { pinText } from '../../../../src/packages/apt/apt-pins.ts';
import { namesIn, statusAfter } from '../../../../src/packages/apt/pretended.ts';

const bash = { name: 'bash', version: '5.2-1', arch: 'amd64', repository: 'r', digest: 'sha256:00' };

test('nothing is pinned where all is free', () => {
  expect(pinText({})).toBeUndefined();
  expect(pinText({ exclude: [] })).toBeUndefined();
});

test('of a lock only its versions exist; a held version leaves the others alone', () => {
  const held = 'Package: bash\nPin: version 5.2-1\nPin-Priority: 1001\n';
  expect(pinText({ choice: { packages: [bash], others: 'any' } })).toBe(held);
  expect(pinText({ choice: { packages: [bash], others: 'none' } })).toBe(
    `${held}\nPackage: *\nPin: release *\nPin-Priority: -1\n`,
  );
});

test('the status of a tree after packages came and went', () => {
  const stanza = (name: string, version: string) =>
    `Package: ${name}\nVersion: ${version}\nArchitecture: all`;
  const first = statusAfter('', { brings: [stanza('a', '1'), stanza('b', '1')], removes: [] });
  const second = statusAfter(first, { brings: [stanza('a', '2')], removes: ['b'] });
  expect(second).toBe('Package: a\nStatus: install ok installed\nVersion: 2\nArchitecture: all\n\n');
  expect([...namesIn(first)]).toEqual(['a', 'b']);
});
