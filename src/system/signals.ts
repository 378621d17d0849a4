import { setMaxListeners } from 'node:events';
import { RootimgError } from '../base/errors.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitCodes;

const controller = new AbortController();
let listening = false;

/** Aborted when SIGINT or SIGTERM arrived; its reason is the error that ends the command with 130 or 143. */
export const stopSignal: AbortSignal = controller.signal;
// Each program that runs listens: as many as there are at once are no leak.
setMaxListeners(0, stopSignal);

/** The error that a stopped command ends with. */
export function stoppedError(signal: StopSignal): RootimgError {
  return new RootimgError('stopped', `Stopped by ${signal}.`, { exitCode: exitCodes[signal] });
}

/**
 * From now on SIGINT and SIGTERM abort the running work instead of ending the process. Called by the command
 * line; again has no effect.
 */
export function listenForStop(): void {
  if (listening) return;
  listening = true;
  for (const signal of Object.keys(exitCodes) as StopSignal[]) {
    process.on(signal, () => controller.abort(stoppedError(signal)));
  }
}

/** Ends the running work with `error`, as if we had been told to stop. */
export function stopWith(error: RootimgError): void {
  controller.abort(error);
}

/** Throws when the command was told to stop; for long loops of our own. */
export function throwIfStopped(): void {
  stopSignal.throwIfAborted();
}
