import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropPaths, listFiles, mergeUsr } from '../../../../tools/sample-repo/tree.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sample-tree-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = async (path: string, content = path) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};

const owners = {
  users: new Map([[process.getuid?.() ?? 0, 'me']]),
  groups: new Map([[process.getgid?.() ?? 0, 'us']]),
};

describe('the tree of a package', () => {
  it('has below /usr what lay in /bin, /sbin and /lib', async () => {
    await put('bin/sh');
    await put('lib/x86/libz.so.1');
    await put('usr/lib/x86/libz.so', 'other');
    await mergeUsr(root);
    expect(await readFile(join(root, 'usr/bin/sh'), 'utf8')).toBe('bin/sh');
    expect(await readFile(join(root, 'usr/lib/x86/libz.so.1'), 'utf8')).toBe('lib/x86/libz.so.1');
    expect(await readFile(join(root, 'usr/lib/x86/libz.so'), 'utf8')).toBe('other');
    await expect(readFile(join(root, 'bin/sh'))).rejects.toThrow('ENOENT');
  });

  it('keeps the aim of links that moved', async () => {
    await put('usr/bin/which');
    await mkdir(join(root, 'bin'));
    await symlink('../usr/share/x', join(root, 'bin/relative'));
    await symlink('dash', join(root, 'bin/sh'));
    await symlink('/usr/bin/which', join(root, 'bin/which'));
    await mergeUsr(root);
    expect(await readlink(join(root, 'usr/bin/relative'))).toBe('/usr/share/x');
    expect(await readlink(join(root, 'usr/bin/sh'))).toBe('dash');
    // The link would have replaced what it points at.
    expect(await readFile(join(root, 'usr/bin/which'), 'utf8')).toBe('usr/bin/which');
  });

  it('is listed sorted, without shared folders, with marks and owners', async () => {
    await put('usr/share/doc/x');
    await put('usr/bin/ping');
    await put('etc/conf');
    await put('usr/share/y/z');
    await dropPaths(root, ['usr/share/doc/']);
    const shared = new Set(['usr', 'usr/bin', 'usr/share', 'etc']);
    const lines = await listFiles(root, {
      shared,
      marks: { 'usr/bin/ping': { owner: ['root', 'root'], mode: '755', capabilities: 'cap_net_raw=ep' } },
      owners,
    });
    const withoutOwner = lines.map((line) => line.replace('%attr(-, me, us) ', ''));
    expect(withoutOwner).toEqual([
      '%config(noreplace) "/etc/conf"',
      '%attr(755, root, root) %caps(cap_net_raw=ep) "/usr/bin/ping"',
      '%dir "/usr/share/y"',
      '"/usr/share/y/z"',
    ]);
  });
});
