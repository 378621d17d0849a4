import { expect, test } from 'vitest';
import { offeredWords } from '../../../../src/packages/apt/apt-missing.ts';

const madison = `      curl | 7.88.1-10+deb12u15 | http://m.example/debian bookworm/main amd64 Packages
      curl | 7.88.1-10+deb12u15 | http://m.example/debian bookworm-updates/main amd64 Packages
      curl | 7.88.1-10+deb12u5 | http://m.example/debian-security bookworm-security/main amd64 Packages
      curl |      1.0 | file:/srv/flat ./ Packages
      curl | 7.88.1-10+deb12u15 | http://m.example/debian bookworm/main Sources
`;

test('versions and suites that there are stand as lists write them, each once', () => {
  expect(offeredWords(madison, 'curl', '=')).toEqual([
    'curl=7.88.1-10+deb12u15',
    'curl=7.88.1-10+deb12u5',
    'curl=1.0',
  ]);
  expect(offeredWords(madison, 'curl', '/')).toEqual([
    'curl/bookworm',
    'curl/bookworm-updates',
    'curl/bookworm-security',
  ]);
  expect(offeredWords('', 'curl', '=')).toEqual([]);
});
