import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostFamily, isThere, productTools } from '../../../tools/lib/host-packages.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rootimg-host-'))));
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ['ID=debian\n', 'debian'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
  ['ID="rhel"\nID_LIKE="fedora"\n', 'el'],
  ['ID=rocky\nID_LIKE="rhel centos fedora"\n', 'el'],
  ['ID=fedora\n', 'el'],
  ["ID='centos'\n", 'el'],
  ['ID=sles\nID_LIKE="suse"\n', undefined],
])('%j is of the family %s', async (text, family) => {
  const file = join(folder, 'os-release');
  await writeFile(file, text);
  expect(await hostFamily(file)).toBe(family);
});

it('a tool is there by its command, or by a file that PATH does not find', async () => {
  const tool = { debian: 'd', why: 'w' };
  expect(await isThere({ ...tool, command: 'sh' })).toBe(true);
  expect(await isThere({ ...tool, command: 'sh', files: [join(folder, 'none')] })).toBe(true);
  expect(await isThere({ ...tool, command: 'rootimg-none', files: [join(folder, 'none')] })).toBe(false);
  expect(await isThere({ ...tool, command: 'rootimg-none', files: [folder] })).toBe(true);
});

it('the QEMU of EL lies where PATH does not find it', () => {
  const qemu = productTools.find(({ el }) => el === 'qemu-kvm');
  expect(qemu?.files).toEqual(['/usr/libexec/qemu-kvm']);
});
