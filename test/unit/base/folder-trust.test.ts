import { afterEach, expect, it } from 'vitest';
import { folderTrust, trustFolders } from '../../../src/base/folder-trust.ts';

const before = folderTrust();
afterEach(() => trustFolders(before));

it('warns of each folder once in a command, and anew in the next', () => {
  const told: string[] = [];
  const trust = {
    groupWritable: 'warn',
    owners: [7],
    warn: ({ path }: { path: string }) => told.push(path),
  } as const;
  const fault = (path: string) => ({ path, reason: 'r', anybody: false });
  trustFolders(trust);
  for (const path of ['/a', '/b', '/a']) folderTrust().warn(fault(path));
  expect(told).toEqual(['/a', '/b']);
  expect(folderTrust().owners).toEqual([7]);
  trustFolders(trust);
  folderTrust().warn(fault('/a'));
  expect(told).toEqual(['/a', '/b', '/a']);
});
