import { expect, test } from 'vitest';
import { withSerial } from '../../../../src/genimage/customise/securetty.ts';

test('the serial lines are added once, and a new file keeps the usual consoles', () => {
  expect(withSerial('tty1\nttyS0\n')).toBe('tty1\nttyS0\nttyS1\n');
  expect(withSerial(withSerial('tty1\n'))).toBe('tty1\nttyS0\nttyS1\n');
  expect(withSerial(undefined).split('\n')).toEqual(
    expect.arrayContaining(['console', 'tty1', 'ttyS0', 'ttyS1']),
  );
});
