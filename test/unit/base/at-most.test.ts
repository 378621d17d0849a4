import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atMost } from '../../../src/base/at-most.ts';

test('each item once, in their order, and never more at a time', async () => {
  const begun: number[] = [];
  let now = 0;
  let most = 0;
  await atMost(3, [0, 1, 2, 3, 4, 5, 6], async (item) => {
    begun.push(item);
    most = Math.max(most, (now += 1));
    await sleep(7 - item);
    now -= 1;
  });
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
  await atMost(3, [], async () => Promise.reject(new Error('there is none')));
});

test('after a failure no other is begun', async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    await sleep(1);
  };
  await expect(atMost(2, [0, 1, 2, 3], work)).rejects.toThrow('one');
  await sleep(5);
  expect(begun).toEqual([0, 1]);
});
