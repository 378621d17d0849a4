import { RootimgError } from '../base/errors.ts';

/**
 * A kernel that boots has something to say all the time, on the slowest host too; seconds of silence after
 * which it says nothing any more.
 */
export const longestSilence = 120;

/** The first words of what the kernel starts. */
const userSpace = /Run \S+ as init process|systemd|dracut|rootimg/;

/** Code of the error that such a machine ends with. */
export const standstillCode = 'boot-standstill';

/** How often a machine that came to a standstill is started again. */
const mostRestarts = 2;

export interface StandstillWatch {
  /** To be told of every line of the console. */
  line(text: string): void;
  stop(): void;
}

/**
 * Calls `onStandstill` when nothing is said for `seconds` between the kernel's first line and the first of
 * what it starts. An emulated machine (QEMU 7.2) was seen to stop so, for no reason that lies in the image;
 * later a node may have good reason to be silent.
 */
export function watchStandstill(seconds: number, onStandstill: () => void): StandstillWatch {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    line: (text) => {
      const begins = /Linux version \d/.test(text);
      if (timer === undefined && !begins) return;
      stop();
      if (!begins && userSpace.test(text)) return;
      timer = setTimeout(onStandstill, seconds * 1000);
    },
    stop,
  };
}

/**
 * Runs a boot, and runs it again, twice at most, when its machine comes to a standstill; `onRestart` is
 * called before.
 */
export async function untilNoStandstill<T>(boot: () => Promise<T>, onRestart: () => void): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await boot();
    } catch (error) {
      const isStandstill = error instanceof RootimgError && error.code === standstillCode;
      if (!isStandstill || restarts === mostRestarts) throw error;
      onRestart();
    }
  }
}
