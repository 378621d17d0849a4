import { describe, expect, it } from 'vitest';
import { fileType } from '../../../../src/pack/members/mode.ts';
import type { Override } from '../../../../src/pack/members/override.ts';
import { findLeaks, leakProblems } from '../../../../src/pack/select/leaks.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n';

/** What leaks of an image with these files. */
async function leaks(
  files: Readonly<Record<string, string>>,
  allowed: readonly string[] = [],
  puts: readonly Override[] = [],
) {
  for (const [name, content] of Object.entries(files)) await folder.file(name, content);
  const root = openTree(folder.path);
  const rules = allowed.map((pattern) => ({
    ...{ pattern, kind: 'exclude' as const },
    origin: { file: 'config.yaml', line: 1 },
  }));
  return findLeaks(root, (await selectAll(root, [], puts)).members, rules);
}

describe('findLeaks', () => {
  it.each([
    ['etc/ssh/ssh_host_rsa_key', privateKey, 'a private key'],
    ['root/.ssh/id_ed25519', privateKey, 'a private key'],
    ['etc/pki/tls/private/a.pem', `bag\n-----BEGIN RSA PRIVATE KEY-----\n`, 'a private key'],
    ['root/a.ppk', 'PuTTY-User-Key-File-3: ssh-rsa\n', 'a private key'],
    ['etc/munge/munge.key', 'x', 'the key of munge'],
    ['etc/krb5.keytab', 'x', 'a store of private keys'],
    ['root/.bash_history', 'ls\n', 'what somebody has typed'],
    ['root/.netrc', 'machine a\n', 'credentials'],
    ['root/.aws/credentials', 'aws_secret_access_key = abc\n', 'credentials'],
    ['root/.docker/config.json', '{"auths":{"r":{"auth":"YTpi"}}}', 'credentials of a registry'],
    ['etc/yum.repos.d/a.repo', 'baseurl=https://me:secret@site/\n', 'credentials of the package manager'],
    ['etc/apt/auth.conf', 'machine site login a password b\n', 'credentials of the package manager'],
    ['root/.kube/config', 'token: abc\n', 'credentials of a cluster'],
    ['etc/pki/entitlement/1-key.pem', 'x', 'the subscription of a machine'],
    ['etc/shadow-', 'a:$6$s$abcdefghijkl:1::::::\n', 'where the password hashes of a stand'],
  ])('%s', async (path, content, what) => {
    expect((await leaks({ [path]: content })).leaks).toEqual([{ path, what }]);
  });

  it.each([
    ['a public key by such a name', 'etc/pki/ca.pem', '-----BEGIN CERTIFICATE-----\n'],
    ['an empty file', 'etc/munge/munge.key', ''],
    [
      'a setting without a value',
      'root/.npmrc',
      'registry=https://site/\n#_authToken=x\n_authToken=${TOKEN}\n',
    ],
    ['a repository without a password', 'etc/yum.repos.d/a.repo', 'baseurl=https://site/a@b/\n'],
    ['a name that only contains such a one', 'usr/share/doc/munge.key.txt', 'x'],
    ["root's own hash in shadow", 'etc/shadow', 'root:$6$s$abcdefghijkl:1::::::\n'],
  ])('not %s', async (_, path, content) => {
    expect((await leaks({ [path]: content })).leaks).toEqual([]);
  });

  it('leaves out what is allowed, and tells of what was allowed in vain', async () => {
    const { leaks: found, unused } = await leaks({ 'root/.netrc': 'x', 'home/a/.netrc': 'x' }, [
      './root/.netrc',
      './nothing',
    ]);
    expect(found.map(({ path }) => path)).toEqual(['home/a/.netrc']);
    expect(unused.map(({ pattern }) => pattern)).toEqual(['./nothing']);
  });

  it('what is put in is meant; what a file of the tree had before it was changed is not', async () => {
    const put = { mode: fileType.regular | 0o600, uid: 0, gid: 0, content: Buffer.from(privateKey) };
    const files = { 'root/.ssh/id_rsa': privateKey, 'etc/a.pem': privateKey };
    const puts = [
      { ...put, path: 'root/.ssh/id_rsa' },
      { ...put, path: 'etc/a.pem', fromTree: true },
    ];
    expect((await leaks(files, [], puts)).leaks.map(({ path }) => path)).toEqual(['etc/a.pem']);
  });
});

it('leakProblems says which file, why, and two ways out', () => {
  const [problem] = leakProblems([{ path: 'root/.netrc', what: 'credentials' }]);
  expect(problem?.message).toMatch(/^root\/\.netrc .* credentials/);
  expect(problem?.hint).toMatch(/exlist.*\.\/root\/\.netrc.*packimage\.allow/);
});
