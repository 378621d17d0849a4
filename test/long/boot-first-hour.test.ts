import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RootimgError } from '../../src/base/errors.ts';
import { quoteWord } from '../../src/base/quote.ts';
import { chooseAccelerator, findQemu } from '../../src/boot/accelerator.ts';
import { prepareUefi, type UefiFiles } from '../../src/boot/firmware.ts';
import { machineFor } from '../../src/boot/machine.ts';
import { hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { run } from '../../src/system/exec.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { blocksOf } from '../lib/document.ts';
import { executePage, type ManagementNode, managementNode } from '../lib/management-node.ts';

/** The card eth1, on which three nodes hang. */
const network = `ip link set lo up
ip link add eth1 type bridge
ip address add 10.77.0.1/24 dev eth1
ip link set eth1 up
for n in 1 2 3; do ip tuntap add dev tap$n mode tap; ip link set tap$n master eth1 up; done`;

/** The management node has no systemd of its own: this starts what the page starts, and nothing else. */
const systemctl = `#!/bin/sh
[ "$*" = "restart dnsmasq nginx" ] || exit 1
dnsmasq --conf-file=/dev/null --conf-dir=/etc/dnsmasq.d --user=root --log-dhcp --log-facility=BASE/dnsmasq.log && nginx
`;

let host: ManagementNode;
const skip = hostCodename() === undefined || process.arch !== 'x64';

beforeAll(async () => {
  if (skip) return;
  host = await managementNode();
  const packages = join(host.base, 'packages');
  await run([process.execPath, 'dist/tools/package.mjs', '--out', packages]);
  await mkdir(join(host.base, 'bin'), { recursive: true });
  await writeFile(join(host.base, 'bin/systemctl'), systemctl.replace('BASE', host.base), { mode: 0o755 });
  expect(await host.type(`cp ${packages}/deb/*.deb /root/`)).toMatchObject({ status: 0 });
  expect(await host.typeInNetwork(network)).toMatchObject({ status: 0 });
});
afterAll(() => host?.leave());

/** Switches the nodes on, with a BIOS and iPXE in their cards; the third with UEFI where that is installed. */
async function switchOn(): Promise<void> {
  const machine = machineFor('x86_64');
  const program = await findQemu(machine);
  const accelerator = await chooseAccelerator(program, machine);
  const how = accelerator === 'kvm' ? ['kvm', 'host'] : ['tcg,thread=multi,tb-size=64', machine.emulatedCpu];
  for (const number of [1, 2, 3]) {
    const uefi = number === 3 ? await uefiFiles() : undefined;
    const drive = (file: string, more = '') => ['-drive', `if=pflash,format=raw${more},file=${file}`];
    const card = uefi !== undefined ? machine.networkWithoutProgram : machine.networkDevice;
    const argv = [
      ...[program, '-nodefaults', '-no-user-config', '-display', 'none', '-machine', machine.type],
      ...['-accel', how[0] ?? '', '-cpu', how[1] ?? 'max', '-m', '1536M'],
      ...(uefi === undefined ? [] : [...drive(uefi.code, ',readonly=on'), ...drive(uefi.variables)]),
      ...['-netdev', `tap,id=net,ifname=tap${number},script=no,downscript=no`],
      ...['-device', `${card},netdev=net,mac=52:54:00:00:00:0${number},bootindex=1`, '-device', 'virtio-rng'],
      ...['-serial', `file:${host.base}/console${number}`],
    ];
    const started = await host.typeInNetwork(
      `${argv.map(quoteWord).join(' ')} >${host.base}/qemu${number} 2>&1 &`,
    );
    expect(started.status).toBe(0);
  }
}

async function uefiFiles(): Promise<UefiFiles | undefined> {
  return prepareUefi('x86_64', host.base).catch((error: unknown) => {
    if (!(error instanceof RootimgError) || error.code !== 'boot-file-missing') throw error;
    return undefined;
  });
}

/** The page for the release of this host; an emulated machine needs a word more on its kernel line. */
async function pageHere(): Promise<string> {
  const machine = machineFor('x86_64');
  const isEmulated = (await chooseAccelerator(await findQemu(machine), machine)) === 'tcg';
  const release = (await hostOsvers()) ?? '';
  const page = (await readFile('docs/first-hour.md', 'utf8')).replaceAll('debian12', release);
  return isEmulated ? page.replace(",115200'", `,115200 ${machine.emulatedParameters}'`) : page;
}

test.skipIf(skip)(
  'every line of docs/first-hour.md, from the package to three nodes that boot by PXE',
  async () => {
    const blocks = blocksOf(await pageHere());
    expect(blocks.length).toBeGreaterThan(15);
    const said = await executePage(host, blocks, async ({ words }) => {
      if (words.includes('nodes')) await switchOn();
    });
    const nodes = said.slice(said.indexOf('findmnt'));
    expect(nodes.match(/^n[123]\nrunning\noverlay\n/gm)).toEqual([
      'n1\nrunning\noverlay\n',
      'n2\nrunning\noverlay\n',
      'n3\nrunning\noverlay\n',
    ]);
    const uuids = [...nodes.matchAll(/^IMAGEUUID=(.*)$/gm)].map(([, found]) => found);
    expect(uuids.length).toBe(3);
    expect(new Set(uuids).size).toBe(1);
  },
  1_800_000,
);
