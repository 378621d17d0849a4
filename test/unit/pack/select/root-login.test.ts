import { describe, expect, it } from 'vitest';
import { noRootPassword, rootLoginWarnings } from '../../../../src/pack/select/root-login.ts';
import { packedTree } from '../../../../src/pack/select/packed-tree.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
const hash = '$6$salt$abcdefghijklmnopqrstuv';

async function warnings(
  accounts: { readonly passwd?: string; readonly shadow?: string },
  plan: { readonly rootPasswordHash?: string; readonly secureroot?: boolean } = {},
): Promise<string[]> {
  await folder.file('etc/passwd', accounts.passwd ?? 'root:x:0:0:root:/root:/bin/bash\n');
  if (accounts.shadow !== undefined) await folder.file('etc/shadow', accounts.shadow);
  const root = openTree(folder.path);
  const tree = packedTree(root, (await selectAll(root)).members);
  return rootLoginWarnings(tree, { rootPasswordHash: hash, secureroot: false, ...plan });
}

describe('the password of root', () => {
  it.each([
    ['a hash in shadow', { shadow: `root:${hash}:1::::::\n` }],
    ['a hash in passwd, where no shadow counts', { passwd: `root:${hash}:0:0::/root:/bin/sh\n` }],
  ])('nothing to say of %s', async (_, accounts) => {
    expect(await warnings(accounts)).toEqual([]);
  });

  it.each([
    ['in shadow', { shadow: 'root::1::::::\n' }, 'etc/shadow'],
    ['in passwd', { passwd: 'root::0:0::/root:/bin/sh\n', shadow: `root:${hash}:::::::\n` }, 'etc/passwd'],
    ['in the first line of two', { shadow: `root::::::::\nroot:${hash}:::::::\n` }, 'etc/shadow'],
  ])('an empty field %s lets anybody in, whatever was asked for', async (_, accounts, file) => {
    const said = [`root needs no password in this image: its field in ${file} is empty.`];
    expect(await warnings(accounts)).toEqual(said);
    expect(await warnings(accounts, { secureroot: true })).toEqual(said);
  });

  it('a lock is what secureroot asks for, or what comes of no hash; else somebody has changed the file', async () => {
    const locked = { shadow: 'root:!!:1::::::\n' };
    expect(await warnings(locked, { secureroot: true })).toEqual([]);
    expect(await warnings(locked, { rootPasswordHash: '*' })).toEqual([noRootPassword]);
    expect(await warnings(locked)).toEqual([expect.stringContaining('although there is a password hash')]);
    expect(await warnings({})).toEqual([expect.stringContaining('root is locked in this image')]);
  });
});

describe('other accounts that are root', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\ntoor:x:00:0::/root:/bin/sh\nuser:x:1000:0::/home:/bin/sh\n';
  const shadow = (field: string) => ({
    passwd,
    shadow: `root:${hash}:::::::\ntoor:${field}:::::::\nuser::::::::\n`,
  });

  it('one without a password is always told', async () => {
    expect(await warnings(shadow(''))).toEqual([
      'toor is root too (uid 0) and needs no password: etc/shadow.',
    ]);
  });

  it('one with a password is told where root is locked', async () => {
    expect(await warnings(shadow(hash))).toEqual([]);
    expect(await warnings(shadow(hash), { secureroot: true })).toEqual([
      expect.stringContaining('toor is root too (uid 0) and has a password in etc/shadow'),
    ]);
    expect(await warnings(shadow('!'), { secureroot: true })).toEqual([]);
  });
});
