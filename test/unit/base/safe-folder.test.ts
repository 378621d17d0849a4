import { chmod, chown, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FolderFault, folderTrust, trustFolders } from '../../../src/base/folder-trust.ts';
import { folderFaults, requireSafeFolder, safeFolderProblems } from '../../../src/base/safe-folder.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const before = folderTrust();
let warned: string[] = [];
const trust = (groupWritable: 'warn' | 'refuse', owners: readonly number[] = []) =>
  trustFolders({ groupWritable, owners, warn: ({ path }: FolderFault) => warned.push(path) });
beforeEach(() => {
  warned = [];
  trust('warn');
});
afterEach(() => trustFolders(before));

/** Faults below the test's own folder: what the host's own look like is not asked here. */
async function faults(name: string, use?: 'own' | 'parent'): Promise<string[]> {
  const all = await folderFaults(at(name), use);
  return all
    .filter(({ path }) => path.startsWith(`${folder.path}/`))
    .map(({ path, reason }) => `${path.slice(folder.path.length + 1)} ${reason}`);
}

it('a folder of ours that nobody else may write is safe, and so is what is not there yet', async () => {
  await folder.folder('a/b');
  expect(await faults('a/b')).toEqual([]);
  expect(await faults('a/b/c/d')).toEqual([]);
});

it('one that everybody may write is not, wherever on the way it is', async () => {
  await folder.folder('a/b');
  await chmod(at('a'), 0o777);
  expect(await faults('a/b/c')).toEqual(['a can be written by everybody']);
});

it('a sticky one is safe above something of ours, and for a new name, but not to work in', async () => {
  await folder.folder('tmp/b');
  await chmod(at('tmp'), 0o1777);
  expect(await faults('tmp/b')).toEqual([]);
  expect(await faults('tmp', 'parent')).toEqual([]);
  expect(await faults('tmp')).toEqual(['tmp can be written by everybody']);
});

it('follows links, those in the way too, and judges what they lead to', async () => {
  await folder.folder('open/b');
  await chmod(at('open'), 0o777);
  await symlink(at('open'), at('link'));
  await mkdir(at('c'));
  await symlink('../link/../link/b', at('c/again'));
  expect(await faults('c/again')).toEqual([
    'open can be written by everybody',
    'open can be written by everybody',
  ]);
  await symlink('round', at('round'));
  expect(await faults('round')).toEqual([]);
});

describe.skipIf(process.geteuid?.() !== 0)('as root', () => {
  it('one of another user is not safe, unless config.yaml trusts that user', async () => {
    await folder.folder('a/b');
    await chown(at('a'), 4321, 0);
    expect(await faults('a/b')).toEqual(['a belongs to user 4321']);
    trust('warn', [4321]);
    expect(await faults('a/b')).toEqual([]);
  });

  it('one that a group may write is warned of, or refused where config.yaml says so', async () => {
    await folder.folder('a');
    await chown(at('a'), 0, 4321);
    await chmod(at('a'), 0o775);
    expect(await faults('a')).toEqual(['a can be written by group 4321']);
    expect(await safeFolderProblems(at('a'))).toEqual([]);
    expect(warned).toEqual([at('a')]);
    trust('refuse');
    await expect(requireSafeFolder(at('a'))).rejects.toThrow(`${at('a')} can be written by group 4321`);
  });
});
