/**
 * A kernel for x86 that GRUB's `linux` starts: it writes `STARTED ` and its initrd to the first serial port, and
 * halts. Form: the boot protocol of Linux 2.06 and its 32-bit entry (Documentation/arch/x86/boot.rst).
 */
export function tinyKernel(): Buffer {
  const setup = Buffer.alloc(1024);
  setup.writeUInt8(1, 0x1f1); // sectors of the set-up part after the first
  setup.writeUInt32LE(32, 0x1f4); // bytes of what follows it, in 16
  setup.writeUInt16LE(0xaa55, 0x1fe);
  setup.write('\xebfHdrS', 0x200, 'latin1'); // a jump over the header tells its length
  setup.writeUInt16LE(0x206, 0x206);
  setup.writeUInt8(1, 0x211); // loaded high
  setup.writeUInt32LE(0x10_0000, 0x214);
  setup.writeUInt32LE(0x7fff_ffff, 0x22c); // highest address of an initrd
  setup.writeUInt32LE(2047, 0x238);
  const serial = [0xba, 0xf8, 0x03, 0, 0]; // mov edx, 0x3f8
  const write = (text: string) => [...Buffer.from(text)].flatMap((byte) => [0xb0, byte, 0xee]);
  const initrd = [
    ...[0x8b, 0x8e, 0x1c, 0x02, 0, 0], // mov ecx, [esi + 0x21c]: its size
    ...[0x8b, 0xb6, 0x18, 0x02, 0, 0], // mov esi, [esi + 0x218]: where it lies
    ...[0xac, 0xee, 0xe2, 0xfc], // lodsb; out dx, al; loop
  ];
  const halt = [0xfa, 0xf4, 0xeb, 0xfc];
  const code = Buffer.from([...serial, ...write('STARTED '), ...initrd, ...halt]);
  return Buffer.concat([setup, code, Buffer.alloc(512 - code.length)]);
}
