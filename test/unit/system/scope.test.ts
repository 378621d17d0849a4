import { expect, test } from 'vitest';
import { RootimgError } from '../../../src/base/errors.ts';
import { printError } from '../../../src/cli/print-error.ts';
import { withScope } from '../../../src/system/scope.ts';
import { recordedIo } from '../../lib/recorded-io.ts';

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

test.each([undefined, new Error('why the work failed')])(
  'a failed release is told beside the error of the work, also where that has a cause (%s)',
  async (cause) => {
    const first = new RootimgError('x', 'the work', { cause });
    const work = withScope(async (scope) => {
      for (const name of ['lock', 'mount']) {
        scope.defer(name, () => {
          throw new Error(`${name} is busy`);
        });
      }
      throw first;
    });
    await expect(work).rejects.toBe(first);
    expect(first.cause).toBe(cause);
    const { io, said } = recordedIo();
    expect(printError(io, first)).toBe(1);
    expect(said.stderr).toBe(
      'Error: the work\nError: could not release mount: mount is busy\nError: could not release lock: lock is busy\n',
    );
  },
);
