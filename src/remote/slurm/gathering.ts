import { stopSignal } from '../../system/signals.ts';

/** Builds that are to become the tasks of one job array. */
export interface Gathering {
  /** Announces a build that will be ready or be given up. */
  expect(): Expected;
}

export interface Expected {
  /** Gives the build's index, which is its own. */
  readonly index: number;
  /** The build is ready; resolves when the array is submitted, which is when no other is waited for. */
  ready(): Promise<void>;
  /** The build has ended, whether it was ever ready or not. */
  over(): void;
}

/**
 * Waits until each of the expected builds is ready or given up, then submits those that are ready, by `submit`
 * with their indexes, once.
 */
export function gather(submit: (indexes: readonly number[]) => Promise<void>): Gathering {
  let expected = 0;
  const open = new Set<number>();
  const waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  const goOn = () => {
    if (open.size > 0 || waiting.size === 0) return;
    const gathered = [...waiting];
    waiting.clear();
    const submitted = stopSignal.aborted
      ? Promise.reject(stopSignal.reason)
      : submit(gathered.map(([index]) => index));
    submitted.then(
      () => gathered.forEach(([, { resolve }]) => resolve()),
      (error: unknown) => gathered.forEach(([, { reject }]) => reject(error)),
    );
  };
  return {
    expect: () => {
      const index = expected++;
      open.add(index);
      const close = () => {
        open.delete(index);
        goOn();
      };
      return {
        index,
        ready: () =>
          new Promise<void>((resolve, reject) => {
            waiting.set(index, { resolve, reject });
            close();
          }),
        over: close,
      };
    },
  };
}
