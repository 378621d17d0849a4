import { expect, it } from 'vitest';
import { aptUrl, sourcesText } from '../../../../src/packages/apt/apt-sources.ts';

it('writes a stanza for each repository', () => {
  const sources = [
    {
      url: 'http://mirror/debian',
      unchecked: undefined,
      deb: {
        ...{ suite: 'bookworm', components: ['main', 'contrib'] },
        ...{ fingerprints: ['A'.repeat(40)], checkValidUntil: false },
      },
      signedBy: ['/keys/0-a.gpg', '/keys/1-b.asc'],
    },
    {
      url: 'copy:/srv/site',
      unchecked: '--no-gpgcheck',
      deb: { suite: './', components: [] },
      signedBy: [],
    },
  ];
  expect(sourcesText(sources, 'amd64')).toBe(`Types: deb
URIs: http://mirror/debian
Suites: bookworm
Components: main contrib
Architectures: amd64
Signed-By: /keys/0-a.gpg /keys/1-b.asc ${'A'.repeat(40)}
Check-Valid-Until: no

Types: deb
URIs: copy:/srv/site
Suites: ./
Architectures: amd64
Trusted: yes
`);
});

it('lets apt copy what lies in local folders', () => {
  expect(aptUrl('file:///install/debian12/x86_64')).toBe('copy:/install/debian12/x86_64');
  expect(aptUrl('https://mirror/debian')).toBe('https://mirror/debian');
});
