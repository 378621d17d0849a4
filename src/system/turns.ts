import { setImmediate } from 'node:timers/promises';
import { throwIfStopped } from './signals.ts';

/** Milliseconds that a loop of our own may run before others get their turn. */
const longest = 100;

/**
 * For a long loop of our own, to be called for each of its pieces: gives a promise when it is time that
 * others get their turn (signals, progress), which the loop must wait for. It is rejected when the command
 * was told to stop.
 */
export function turns(): () => Promise<void> | undefined {
  let began = Date.now();
  return () => {
    if (Date.now() - began < longest) return undefined;
    return setImmediate().then(() => {
      throwIfStopped();
      began = Date.now();
    });
  };
}
