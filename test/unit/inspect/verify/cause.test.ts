import { expect, test } from 'vitest';
import { causeOf } from '../../../../src/inspect/verify/cause.ts';

const epoch = 1_700_000_000;
const cause = (path: string, owner?: string, changed = epoch * 1000) =>
  causeOf({ path, what: 'its content, from byte 0 on', changed }, epoch, owner);

test.each([
  ['/etc/munge/munge.key', undefined, 'A key or certificate that is made by chance. No package brings it'],
  [
    '/etc/shadow',
    'setup-2.13-1',
    'A password whose salt is drawn by chance, or that only one of them has. setup',
  ],
  ['/var/lib/rpm/Packages', undefined, 'The records of a package manager'],
  ['/usr/lib/python3/a.pyc', undefined, 'Compiled Python.'],
  ['/usr/bin/tool', 'tool-1-1', 'tool-1-1 brings it; a script changed it.'],
  ['/srv/made', undefined, 'No package brings it: a script of a package or of postinstall wrote it.'],
])('%s', (path, owner, words) => {
  expect(cause(path, owner)).toContain(words);
});

test('what is later than the image was changed since', () => {
  expect(cause('/usr/bin/tool', 'tool-1-1', epoch * 1000 + 1)).toContain('was changed there after its build');
});
