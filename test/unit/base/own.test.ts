import { expect, it } from 'vitest';
import { emptyRecord, own } from '../../../src/base/own.ts';

it.each(['constructor', '__proto__', 'toString'])('%s is found only where a record has it itself', (name) => {
  expect(own({ a: 1 }, name)).toBeUndefined();
  const record = emptyRecord<number>();
  expect(record[name]).toBeUndefined();
  record[name] = 7;
  expect(own(record, name)).toBe(7);
  expect(Object.keys(record)).toEqual([name]);
});
