import { expect, test } from 'vitest';
import { nicsWithoutDriver, readNics } from '../../../src/inspect/modules/nics.ts';

const lspci = `00:00.0 0600: 8086:1237 (rev 02)
00:03.0 0200: 1af4:1000
node7: 02:00.0 0200: 14e4:165f (rev 01)
02:00.1 0200: 14e4:165f (rev 01)
03:00.0 0207: 15b3:1017
04:00.0 0200: 8086:100e
05:00.0 0200: dead:beef
`;

const drivers = {
  aliases: `# Aliases
alias pci:v000014E4d0000165Fsv*sd*bc*sc*i* tg3
alias pci:v000015B3d00001017sv*sd*bc*sc*i* mlx5-core
alias pci:v00008086d*sv*sd*bc02sc80i* other
alias usb:v8086p100Ed* usbnet
`,
  builtInInfo: 'e1000.license=GPL\0e1000.alias=pci:v00008086d0000100Esv*sd*bc*sc*i*\0',
  inInitrd: new Set(['tg3', 'virtio_net']),
};

test('lines of lspci -n: network cards alone', () => {
  expect(readNics(lspci).map(({ line, vendor, device }) => `${line} ${vendor}:${device}`)).toEqual([
    ...['2 1AF4:1000', '3 14E4:165F', '4 14E4:165F', '5 15B3:1017', '6 8086:100E', '7 DEAD:BEEF'],
  ]);
});

test('cards without a driver, and those whose driver is not in the initrd; each kind once', () => {
  const found = nicsWithoutDriver(readNics(lspci), drivers, 'nics');
  expect(found.map(({ message, origin, hint }) => [origin?.line, message, hint])).toEqual([
    [
      2,
      'The image has no driver for the network card 1af4:1000.',
      expect.stringContaining('driverupdatesrc'),
    ],
    [
      5,
      'The driver of the network card 15b3:1017 is not in the initrd: mlx5_core.',
      'Add mlx5_core to netdrivers and run genimage --onlyinitrd.',
    ],
    [7, 'The image has no driver for the network card dead:beef.', expect.anything()],
  ]);
});

test('a class in an alias counts', () => {
  const only = { ...drivers, inInitrd: new Set(['other']), builtInInfo: '' };
  const problems = (line: string) => nicsWithoutDriver(readNics(line), only, 'nics').length;
  expect(problems('04:00.0 0280: 8086:1111')).toBe(0);
  expect(problems('04:00.0 0200: 8086:1111')).toBe(1);
});

test('the nodes that have such a card are named, many of them counted', () => {
  const lines = Array.from({ length: 10 }, (_, index) => `n${index}: 05:00.0 0200: dead:beef`).join('\n');
  const [problem] = nicsWithoutDriver(readNics(lines), drivers, 'nics');
  expect(problem?.message).toBe(
    'The image has no driver for the network card dead:beef (n0, n1, n2, n3, n4, n5, n6, n7 and 2 more).',
  );
});
