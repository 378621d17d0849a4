import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifestName, parseManifest } from '../../src/plan/manifest.ts';
import { amount } from '../lib/amount.ts';
import { type Builder, openBuilder } from '../e2e/lib/builder.ts';

/**
 * Settings of dracut.conf(5) that packages and sites write for machines with disks, or that were written for
 * another machine.
 */
const settings = [
  ...['uefi="yes"', 'uefi_stub="/nowhere/linuxx64.efi.stub"', 'uefi_splash_image="/nowhere/splash.bmp"'],
  ...['uefi_secureboot_cert="/nowhere/db.crt"', 'kernel_image="/nowhere/vmlinuz"', 'machine_id="no"'],
  ...['hostonly="yes"', 'hostonly_mode="strict"', 'hostonly_mode="nosuch"', 'hostonly_cmdline="yes"'],
  ...[
    'hostonly_nics+=" eno1 "',
    'persistent_policy="by-uuid"',
    'use_fstab="yes"',
    'noimageifnotneeded="yes"',
  ],
  ...['add_fstab+=" /nowhere/fstab "', 'add_fstab+=" /etc/fstab "', 'add_device+=" /dev/sdz9 "'],
  ...['fstab_lines+=("/dev/sda1 / ext4")', 'kernel_cmdline="root=UUID=1-2 ro quiet"', 'ro_mnt="yes"'],
  ...['early_microcode="yes"', 'sshkey="/root/.ssh/id_rsa"'],
  ...['drivers_dir="/lib/modules/1.2.3"', 'libdirs+=" /nowhere "', 'fw_dir+=" :/nowhere/firmware "'],
  ...['prefix="/run/initramfs"', 'compress="nosuch -9"', 'compress="xz"', 'squash_compress="nosuch"'],
  ...[
    'do_strip="yes"',
    'aggressive_strip="yes"',
    'do_hardlink="no"',
    'reproducible="yes"',
    'reproducible="no"',
  ],
  ...['enhanced_cpio="yes"', 'loginstall="/nowhere/log"', 'logfile="/nowhere/dracut.log"', 'fileloglvl=6'],
  ...[
    'stdloglvl=0',
    'sysloglvl=5',
    'kmsgloglvl=5',
    'show_modules="yes"',
    'tmpdir="/nowhere"',
    'tmpdir="/root"',
  ],
  ...['drivers+=" ext4 "', 'filesystems+=" ext4 "', 'no_kernel="yes"', 'kernel_only="yes"'],
  ...[
    'add_drivers+=" nosuch_driver "',
    'omit_drivers+=" virtio_net overlay squashfs "',
    'omit_drivers+=" .* "',
  ],
  ...['omit_drivers+=" .*/drivers/net/.* "', 'omit_drivers+=" virtio-net "', 'omit_drivers+=" nouveau "'],
  ...[
    'dracutmodules+=" base "',
    'add_dracutmodules+=" nosuch squash "',
    'force_add_dracutmodules+=" nosuch "',
  ],
  ...[
    'omit_dracutmodules+=" network kernel-modules base "',
    'omit_dracutmodules+=" systemd dracut-systemd "',
  ],
  ...['omit_dracutmodules+=" rootimg url-lib udev-rules shutdown "', 'remove_items+=" /lib/rootimg/* "'],
  ...[
    'install_items+=" /nowhere/tool "',
    'install_optional_items+=" /nowhere/tool "',
    'fscks="/nowhere/fsck"',
  ],
  ...['nofscks="yes"', 'mdadmconf="yes"', 'lvmconf="yes"', 'i18n_install_all="yes"', 'parallel="yes"'],
];

const folders = ['etc/dracut.conf.d', 'usr/lib/dracut/dracut.conf.d'];

let builder: Builder;
let folder: string;
let pkglist: string;
let plain: Awaited<ReturnType<typeof lookInto>>;

beforeAll(async () => {
  builder = await openBuilder();
  folder = join(builder.base, 'image');
  pkglist = await builder.file('compute.pkglist', `${builder.sample.pkglist.join('\n')}\n`);
  await builder.build({ pkglist });
  plain = await lookInto();
});
afterAll(() => builder.leave());

/** What is in the initrd that was made last. */
async function lookInto() {
  const initrd = parseManifest(await readFile(join(folder, manifestName), 'utf8'))?.build?.initrd;
  if (initrd === undefined) throw new Error('no manifest of a build');
  const { modules, dracutModules = [], compressor } = initrd;
  const read = compressor === 'zstd' ? 'zstd -dc' : `${compressor} -dc`;
  const command = `${read} < "$1" | cpio --list --quiet`;
  const list = execFileSync('sh', ['-c', command, 'sh', join(folder, 'initrd-stateless.gz')], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return { modules, dracutModules, members: new Set(list.split('\n')) };
}

const tree = (path: string) => join(folder, 'rootimg', path);

/**
 * Puts each text into a file of its own, in the folders of sites and packages by turns, for the time of one
 * `genimage --onlyinitrd`.
 */
async function withSettings(texts: readonly string[]) {
  const paths = texts.map((_, index) => tree(`${folders[index % 2]}/zz-${index}.conf`));
  try {
    for (const [index, path] of paths.entries()) {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, `${texts[index]}\n`);
    }
    await builder.build({ pkglist, onlyinitrd: true });
    return await lookInto();
  } finally {
    for (const path of paths) await rm(path, { force: true });
  }
}

/** Written down, or not, by what is wanted of logs and fsck, and by nothing else. */
const indifferent = /^etc\/cmdline\.d|fsck|^etc\/(mdadm|lvm)/;

function expectWhole(made: typeof plain) {
  expect(made.dracutModules).toEqual(plain.dracutModules);
  const lost = [...plain.members].filter((path) => !made.members.has(path) && !indifferent.test(path));
  const leaked = [...made.members].filter((path) => !plain.members.has(path) && !indifferent.test(path));
  expect({ lost, leaked }).toEqual({ lost: [], leaked: [] });
}

it('all settings at once make the same initrd', async () => {
  expectWhole(await withSettings(settings));
});

it('any of them make the same initrd', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(settings, { minLength: 1, maxLength: 8 }), async (texts) => {
      expectWhole(await withSettings(texts));
    }),
    { numRuns: amount(1, 40), endOnFailure: true },
  );
});

it('what a site adds is in it: files, drivers, modules, firmware', async () => {
  await mkdir(tree('opt/site'), { recursive: true });
  await writeFile(tree('opt/site/tool'), '#!/bin/sh\n', { mode: 0o755 });
  const made = await withSettings([
    'install_items+=" /opt/site/tool "\nadd_drivers+=" dummy "',
    'add_dracutmodules+=" debug "\nomit_drivers+=" overlay nbd "',
    'force_drivers+=" bonding "',
  ]);
  expect(made.members.has('opt/site/tool')).toBe(true);
  const asked = ['dummy', 'bonding', 'overlay', 'nbd'];
  expect(asked.filter((name) => made.modules.includes(name))).toEqual(['dummy', 'bonding', 'overlay']);
  expect(made.dracutModules).toContain('debug');
});
