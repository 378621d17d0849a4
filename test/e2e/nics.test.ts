import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TwoHosts, twoHosts } from './lib/two-hosts.ts';

let hosts: TwoHosts;

beforeAll(async () => {
  hosts = await twoHosts();
  // Cards that this machine need not have, where the node's kernel would tell of them.
  const cards = { '0000:00:00.0': '0x060000 0x8086 0x1237', '0000:02:00.0': '0x020000 0x14e4 0x165f' };
  for (const [address, words] of Object.entries(cards)) {
    const folder = join(hosts.node.state, 'cards', address);
    mkdirSync(folder, { recursive: true });
    const [kind, vendor, device] = words.split(' ');
    for (const [name, value] of Object.entries({ class: kind, vendor, device })) {
      writeFileSync(join(folder, name), `${value}\n`);
    }
  }
  const mounted = await hosts.node.type('mount --bind /var/lib/rootimg/cards /sys/bus/pci/devices');
  expect(mounted.stderr).toBe('');
});
afterAll(() => hosts?.leave());

test('cards of the node that answers; the one that does not is an error', async () => {
  const { status, stdout, stderr } = await hosts.mgmt.type('rootimg nics n1,nowhere.invalid');
  expect(stdout).toBe('n1: 0000:02:00.0 0200: 14e4:165f\n');
  expect(stderr).toMatch(/^Error: There is no connection to nowhere\.invalid\.\n/);
  expect(status).toBe(1);
  expect(await hosts.mgmt.type('rootimg nics n1 n1')).toMatchObject({ status: 0, stderr: '', stdout });
});

test('what nodes run is asked in the same way, of one that our initrd did not boot too', async () => {
  const unknown = await hosts.mgmt.type('rootimg stale n1,nowhere.invalid');
  expect(unknown.stderr).toMatch(/^Error: There is no connection to nowhere\.invalid\.\n/);
  expect([unknown.status, unknown.stdout]).toEqual([
    2,
    'unknown: 1 node\n  it does not say which image it runs\n  n1\n',
  ]);
  const booted = 'mkdir -p /run/rootimg; echo image=nothere > /run/rootimg/booted';
  expect((await hosts.node.type(booted)).stderr).toBe('');
  const told = await hosts.mgmt.type('rootimg stale n1');
  expect([told.status, told.stderr]).toEqual([2, '']);
  expect(told.stdout).toMatch(/^unknown: 1 node of nothere\n.*'nothere'.*\n  n1\n$/);
});
