import { describe, expect, it } from 'vitest';
import { fuzz } from './campaign.ts';
import { readers } from './readers.ts';
import { amount } from '../../lib/amount.ts';

describe('any bytes as a stanza or a list: nothing is lost, nothing is thrown', () => {
  it.each(Object.keys(readers))(
    '%s',
    async (reader) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      await expect(fuzz(reader, amount(200, 1000), seed), `seed ${seed}`).resolves.toBeUndefined();
    },
    120_000,
  );
});
