import { usageError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';

/** SOURCE_DATE_EPOCH in seconds, or undefined when it is not set. Throws `usage` when it is not a number. */
export function sourceDateEpoch({ env }: Pick<CommandIo, 'env'>): number | undefined {
  const value = env['SOURCE_DATE_EPOCH'];
  if (value === undefined || value === '') return undefined;
  // With more digits the year has more than four, which no form of a time here has room for.
  if (!/^\d{1,11}$/.test(value)) {
    throw usageError(`SOURCE_DATE_EPOCH is '${value}': seconds since 1970 were expected.`);
  }
  return Number(value);
}
