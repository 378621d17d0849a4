import { expect, test } from 'vitest';
import { mergeAccounts, setRootPassword } from '../../../../src/pack/customise/accounts.ts';

test("root's line comes first with the days of xCAT, the others stay as they are", () => {
  expect(setRootPassword('root:!!:19000:0:99999:7:::\nbin:*:19000:0:99999:7:::\n', '*')).toBe(
    'root:*:13880:0:99999:7:::\nbin:*:19000:0:99999:7:::\n',
  );
  expect(setRootPassword('bin:*:1::::::\nroot:x:1::::::\nrooty:y:::::::', '$6$a$b')).toBe(
    'root:$6$a$b:13880:0:99999:7:::\nbin:*:1::::::\nrooty:y:::::::\n',
  );
  expect(setRootPassword('', '*')).toBe('root:*:13880:0:99999:7:::\n');
});

test('merging replaces entries of the same name where they stand and adds the others', () => {
  const existing = 'root:x:0:0\nalice:x:1:1\nbob:x:2:2\nalice:x:9:9\n';
  expect(mergeAccounts(existing, '# new people\ncarol:x:3:3\nalice:x:5:5\ncarol:x:4:4')).toBe(
    'root:x:0:0\nalice:x:5:5\nbob:x:2:2\ncarol:x:4:4\n',
  );
});
