import { expect, test } from 'vitest';
import { otherSuiteWarnings } from '../../../../src/resolve/deb/other-suites.ts';
import { targetOf } from '../../../../src/resolve/deb/target.ts';

const repositories = (...suites: string[]) =>
  suites.map((suite, index) => ({
    ...{ id: `pkgdir-${index}`, url: 'http://mirror.example/debian', from: 'pkgdir' as const },
    deb: { suite, components: ['main'] },
  }));

test.each([
  ['debian12', ['bookworm', 'bookworm-updates', 'bookworm-security', 'bookworm/updates'], []],
  ['debian12', ['./', 'stable', 'site-bookworm'], []],
  ['debian12', ['trixie', 'trixie-updates'], ["'trixie' of Debian 13"]],
  ['debian12', ['bookworm', 'noble-security'], ["'noble' of Ubuntu 24.04"]],
  ['debian14', ['trixie'], []],
])('an image of %s whose repositories name %j', (osvers, suites, expected) => {
  const warnings = otherSuiteWarnings(targetOf(osvers, 'x86_64'), repositories(...suites));
  expect(warnings).toEqual(expected.map((words) => expect.stringContaining(words)));
});
