import { expect, it } from 'vitest';
import { readRemoved, readUris } from '../../../../src/packages/apt/apt-fetch.ts';

it('reads what apt would fetch, and where it may come from', () => {
  const output = `Reading package lists...
The following NEW packages will be installed:
  hello
'http://mirror/debian/pool/main/u/util-linux/bsdutils_2.38.1-5%2bdeb12u3_amd64.deb' bsdutils_1%3a2.38.1-5+deb12u3_amd64.deb 86968 SHA256:8c07e8
'copy:///srv/my%20site/./hello_1_all.deb' hello_1_all.deb 700 
`;
  expect(readUris(output)).toEqual([
    {
      url: 'http://mirror/debian/pool/main/u/util-linux/bsdutils_2.38.1-5%2bdeb12u3_amd64.deb',
      name: 'bsdutils_1%3a2.38.1-5+deb12u3_amd64.deb',
      hash: 'SHA256:8c07e8',
    },
    { url: 'copy:///srv/my%20site/./hello_1_all.deb', name: 'hello_1_all.deb', hash: '' },
  ]);
});

it('reads what apt would take away, over several lines, and nothing else that it lists', () => {
  const output = `The following packages were automatically installed and are no longer required:
  libold
The following packages will be REMOVED:
  exim4* exim4-base* exim4-config*
  libspf2-2:i386
The following NEW packages will be installed:
  postfix
'http://mirror/debian/pool/main/p/postfix/postfix_3.7_amd64.deb' postfix_3.7_amd64.deb 86968 SHA256:8c07e8
`;
  expect(readRemoved(output)).toEqual(['exim4', 'exim4-base', 'exim4-config', 'libspf2-2:i386']);
  expect(readRemoved(output.replace('REMOVED', 'upgraded'))).toEqual([]);
});
