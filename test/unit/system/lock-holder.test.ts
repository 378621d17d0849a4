import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import {
  describeHolder,
  isKnownAlive,
  isKnownDead,
  parseHolder,
  thisHolder,
} from '../../../src/system/lock-holder.ts';

it('this process lives, one that has ended does not, and what it wrote is read back', () => {
  const self = thisHolder('genimage compute');
  expect([isKnownAlive(self), isKnownDead(self)]).toEqual([true, false]);
  expect(parseHolder(JSON.stringify(self))).toEqual(self);
  const { pid } = spawnSync('true');
  const ended = { ...self, pid, started: '1' };
  expect([isKnownAlive(ended), isKnownDead(ended)]).toEqual([false, true]);
});

it('a later process of the same number is another one', () => {
  expect(isKnownDead({ ...thisHolder('x'), started: '1' })).toBe(true);
});

it.each([{ host: 'other' }, { boot: 'other' }, { pids: 'pid:[1]' }, { boot: undefined }, { started: '' }])(
  'nobody knows of a process elsewhere: %j',
  (change) => {
    const holder = { ...thisHolder('x'), ...change };
    expect([isKnownAlive(holder), isKnownDead(holder)]).toEqual([false, false]);
  },
);

it('what is no record is none, and is still somebody', () => {
  for (const text of ['', '{', '{}', '{"pid":"x"}']) expect(parseHolder(text)).toBeUndefined();
  expect(describeHolder(undefined)).toBe('another process');
  expect(describeHolder({ ...thisHolder('c'), host: 'n', pid: 7, since: 's' })).toBe(
    'c on n (process 7) since s',
  );
});
