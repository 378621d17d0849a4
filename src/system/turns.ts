import { setImmediate } from 'node:timers/promises';
import { throwIfStopped } from './signals.ts';

/** Milliseconds that a loop of our own may run before others get their turn, where it is what is waited for. */
const usual = 100;

/**
 * For a long loop of our own, to be called for each of its pieces: gives a promise when it is time that
 * others get their turn (signals, progress), which the loop must wait for. It is rejected when the command
 * was told to stop. A loop that only runs beside other work takes a small `longest`.
 */
export function turns(longest = usual): () => Promise<void> | undefined {
  let began = Date.now();
  return () => {
    if (Date.now() - began < longest) return undefined;
    return setImmediate().then(() => {
      throwIfStopped();
      began = Date.now();
    });
  };
}
