import { expect, test } from 'vitest';
import { systemdModules } from '../../../../src/genimage/initrd/systemd-modules.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const dracutModules = (...names: string[]) =>
  Promise.all(names.map((name) => folder.folder(`usr/lib/dracut/modules.d/${name}`)));

test("dracut's own services are named with what they need, as far as this dracut has it", async () => {
  await dracutModules('00systemd', '98dracut-systemd');
  expect(await systemdModules(folder.path)).toEqual([]);
  await folder.file('usr/lib/systemd/systemd', '', 0o755);
  expect(await systemdModules(folder.path)).toEqual(['systemd', 'dracut-systemd']);
  await dracutModules('01systemd-initrd');
  expect(await systemdModules(folder.path)).toEqual(['systemd', 'systemd-initrd', 'dracut-systemd']);
});

test('a dracut without such services is asked for none', async () => {
  await folder.file('usr/lib/systemd/systemd', '', 0o755);
  await dracutModules('00systemd');
  expect(await systemdModules(folder.path)).toEqual([]);
});
