import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identityPatterns, machineIdOverride } from '../../../../src/pack/customise/identity.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const machineId = () => withTree(folder.path, machineIdOverride);

it('a machine id becomes empty with its mode, and is made where systemd would take the boot for the first', async () => {
  expect(machineId()).toBeUndefined();
  await folder.file('usr/lib/systemd/systemd');
  expect(machineId()).toMatchObject({ path: 'etc/machine-id', mode: 0o100444, content: Buffer.alloc(0) });
  await folder.file('etc/machine-id', 'abc', 0o640);
  expect(machineId()).toMatchObject({ mode: 0o100640, content: Buffer.alloc(0) });
});

it('a machine id that is a link stays one', async () => {
  await folder.folder('etc');
  await symlink('../run/machine-id', join(folder.path, 'etc/machine-id'));
  expect(machineId()).toBeUndefined();
});

it("D-Bus's own machine id is left out where it is a file, not where it is a link", async () => {
  const has = () => withTree(folder.path, identityPatterns).includes('./var/lib/dbus/machine-id');
  expect(has()).toBe(false);
  await folder.folder('var/lib/dbus');
  await symlink('/etc/machine-id', join(folder.path, 'var/lib/dbus/machine-id'));
  expect(has()).toBe(false);
  await rm(join(folder.path, 'var/lib/dbus/machine-id'));
  await folder.file('var/lib/dbus/machine-id', 'abc');
  expect(has()).toBe(true);
});
