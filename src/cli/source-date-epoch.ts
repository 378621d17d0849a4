import { RootimgError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';

/**
 * SOURCE_DATE_EPOCH in seconds, or undefined when it is not set. Throws `source-date-epoch` when it is not a
 * number: that is no word of the command, so no line of usage helps.
 */
export function sourceDateEpoch({ env }: Pick<CommandIo, 'env'>): number | undefined {
  const value = env['SOURCE_DATE_EPOCH'];
  if (value === undefined || value === '') return undefined;
  // With more digits the year has more than four, which no form of a time here has room for.
  if (!/^\d{1,11}$/.test(value)) {
    throw new RootimgError(
      'source-date-epoch',
      `SOURCE_DATE_EPOCH is '${value}': seconds since 1970 were expected.`,
      { exitCode: 2 },
    );
  }
  return Number(value);
}
