import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dnsmasqConfig, preparePxe, pxeNetworkArgv } from '../../../src/boot/pxe.ts';

it('gives UEFI firmware iPXE by TFTP and iPXE its script', () => {
  const lines = dnsmasqConfig('/t').split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      ...['port=0', 'interface=node', 'bind-interfaces', 'enable-tftp', 'tftp-root=/t'],
      ...['dhcp-boot=tag:ipxe,boot.ipxe', 'dhcp-boot=tag:!ipxe,tag:efi,ipxe.efi'],
    ]),
  );
});

it('puts the machine behind its network, whatever its words are', () => {
  const argv = pxeNetworkArgv(['qemu', '-append', "a 'b' $c"], { config: '/c', log: '/l', socket: '/s' });
  expect(argv.slice(0, 2)).toEqual(['sh', '-c']);
  expect(argv.slice(-3)).toEqual(['qemu', '-append', "a 'b' $c"]);
});

it('writes a script that fetches kernel and initrd over HTTP', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  try {
    const config = await preparePxe(folder, 'bios', {
      title: 'x',
      kernelLine: 'imgurl=http://10.77.0.1/r.sfs',
    });
    expect(await readFile(config, 'utf8')).toContain(`tftp-root=${folder}/tftp\n`);
    expect(await readFile(join(folder, 'tftp/boot.ipxe'), 'utf8')).toMatch(
      /^#!ipxe\n[^]*kernel --name kernel http:\/\/10\.77\.0\.1\/kernel initrd=initrd imgurl=http:\/\/10\.77\.0\.1\/r\.sfs BOOTIF=/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
