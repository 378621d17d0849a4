import { describe, expect, it } from 'vitest';
import { plainLine, readConsoleLine } from '../../../src/boot/console-watch.ts';

describe('readConsoleLine', () => {
  it.each([
    ['[    9.1] rootimg: error: the image has no /lib/modules/6.1.0', 'the initrd says: the image has no'],
    ['[   12.0] Kernel panic - not syncing: VFS: Unable to mount root fs', 'VFS: Unable to mount root fs'],
    ['[   12.0] Kernel panic - not syncing', 'the kernel panicked'],
    ["[    5.0] dracut: FATAL: Don't know how to handle", 'dracut gave up'],
    ['Generating "/run/initramfs/rdsosreport.txt"', 'emergency shell'],
    ['You are in emergency mode. After logging in, type', 'emergency mode'],
    ['You are in rescue mode. After', 'rescue mode'],
    ['Press Enter for maintenance', 'mend'],
  ])('knows that a node is broken: %s', (line, reason) => {
    expect(readConsoleLine(line)).toEqual({ kind: 'broken', reason: expect.stringContaining(reason) });
  });

  it('takes a warning of the initrd for a step: it tries again', () => {
    expect(readConsoleLine('[ 4.2] rootimg: warning: http://x: refused; next try in 2 s')).toEqual({
      kind: 'step',
      text: 'warning: http://x: refused; next try in 2 s',
    });
  });

  it('sees the kernel start', () => {
    expect(readConsoleLine('[    0.000000] Linux version 6.1.0-18-cloud-amd64')).toEqual({ kind: 'kernel' });
  });

  it.each(['', 'Debian GNU/Linux 12 localhost ttyS0', '[ 1.0] systemd[1]: Started something.'])(
    'has nothing to say about %j',
    (line) => {
      expect(readConsoleLine(line)).toBeUndefined();
    },
  );
});

it('plainLine takes colours, cursor movements and carriage returns away', () => {
  expect(plainLine('         Starting systemd-udev-trig…[0m - Coldplug\r')).toBe(
    '         Starting systemd-udev-trig… - Coldplug',
  );
  expect(plainLine('\x1b[0;32m  OK  \x1b[0m] Reached target\x1b[?25h\r')).toBe('  OK  ] Reached target');
});
