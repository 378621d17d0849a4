import { expect, test } from 'vitest';
import { withScope } from '../../../src/system/scope.ts';

test('releases newest first', async () => {
  const order: string[] = [];
  await withScope(async (scope) => {
    scope.defer('a', () => void order.push('a'));
    scope.defer('b', async () => void order.push('b'));
  });
  expect(order).toEqual(['b', 'a']);
});

test('a failed release is an error, and the others still run', async () => {
  const order: string[] = [];
  const work = withScope(async (scope) => {
    scope.defer('first', () => void order.push('first'));
    scope.defer('mount', () => {
      throw new Error('busy');
    });
  });
  await expect(work).rejects.toThrow('could not release mount');
  expect(order).toEqual(['first']);
});

test('the error of the work is not hidden by a failed release', async () => {
  const work = withScope(async (scope) => {
    scope.defer('x', () => {
      throw new Error('busy');
    });
    throw new Error('the work');
  });
  await expect(work).rejects.toThrow('the work');
});
