import { expect, test } from 'vitest';
import { fuzz } from '../unit/fuzz/campaign.ts';
import { readers } from '../unit/fuzz/readers.ts';

test.each(Object.keys(readers))('%s: 20,000 inputs', async (reader) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  await expect(fuzz(reader, 20_000, seed), `seed ${seed}`).resolves.toBeUndefined();
});
