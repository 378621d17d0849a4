import { addFailure } from '../base/errors.ts';

type Release = () => void | Promise<void>;

/**
 * Owns what was acquired and gives it back newest first. The release is registered at once after the acquire,
 * so that no path can forget it. A release that fails is an error: all others still run, then the failures
 * are thrown together.
 */
export class Scope {
  readonly #releases: { name: string; release: Release }[] = [];

  /** `name` stands in the error when the release fails. */
  defer(name: string, release: Release): void {
    this.#releases.push({ name, release });
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let entry = this.#releases.pop(); entry !== undefined; entry = this.#releases.pop()) {
      try {
        await entry.release();
      } catch (cause) {
        failures.push(new Error(`could not release ${entry.name}`, { cause }));
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'could not release everything');
  }
}

/**
 * Runs `work` with a scope of its own and closes it whatever happens; a failed release never hides the first
 * error: both are told.
 */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const scope = new Scope();
  let result: T;
  try {
    result = await work(scope);
  } catch (error) {
    await scope.close().catch((releaseError: unknown) => addFailure(error, releaseError));
    throw error;
  }
  await scope.close();
  return result;
}
