import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchStandstill } from '../../../src/boot/standstill.ts';

const onStandstill = vi.fn();

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  onStandstill.mockReset();
});

/** Says the lines, each after half of the silence that is allowed, then nothing for long. */
function hear(...lines: string[]): void {
  const watch = watchStandstill(60, onStandstill);
  for (const line of lines) {
    vi.advanceTimersByTime(30_000);
    watch.line(line);
  }
  vi.advanceTimersByTime(600_000);
}

it('sees a kernel that falls silent', () => {
  hear(
    '[ 0.0] Linux version 6.1.0',
    '[ 1.1] clocksource: Switched to clocksource tsc-early',
    '[ 1.2] NET: x',
  );
  expect(onStandstill).toHaveBeenCalledOnce();
});

it('counts the silence from the last line', () => {
  const watch = watchStandstill(60, onStandstill);
  watch.line('Linux version 6.1.0');
  for (let lines = 0; lines < 10; lines++) {
    vi.advanceTimersByTime(59_000);
    watch.line('more');
  }
  expect(onStandstill).not.toHaveBeenCalled();
  watch.stop();
  vi.advanceTimersByTime(600_000);
  expect(onStandstill).not.toHaveBeenCalled();
});

it.each([
  ['Run /init as init process'],
  ['systemd[1]: System time before build time'],
  ['dracut-cmdline[101]: x'],
  ['rootimg: downloading http://x'],
])('lets what the kernel starts be silent: %s', (line) => {
  hear('Linux version 6.1.0', `[ 2.0] ${line}`);
  expect(onStandstill).not.toHaveBeenCalled();
});

it('lets the firmware be silent', () => {
  hear('iPXE 1.21', 'SeaBIOS');
  expect(onStandstill).not.toHaveBeenCalled();
});
