import { expect, it } from 'vitest';
import {
  addFailure,
  failuresBesides,
  fileErrorWords,
  formatOrigin,
  ProblemsError,
  problemsOf,
  RootimgError,
  throwProblems,
  usageError,
} from '../../../src/base/errors.ts';

it('an origin is file:line, or the file alone', () => {
  expect(formatOrigin({ file: 'a', line: 3 })).toBe('a:3');
  expect(formatOrigin({ file: 'a' })).toBe('a');
});

it('wrong usage ends with 2, what failed with 1', () => {
  expect(usageError('x').exitCode).toBe(2);
  expect(new RootimgError('c', 'x').exitCode).toBe(1);
});

it('all problems are thrown at once, and none throws nothing', () => {
  const problems = [
    { code: 'a', message: 'one' },
    { code: 'b', message: 'two', hint: 'do' },
  ];
  expect(() => throwProblems([])).not.toThrow();
  const thrown = () => throwProblems(problems, 2);
  expect(thrown).toThrow(ProblemsError);
  expect(thrown).toThrow('one\ntwo');
  expect(problemsOf(new ProblemsError(problems))).toEqual(problems);
});

it('a single error is one problem, with what it has and no empty keys', () => {
  const origin = { file: 'f', line: 1 };
  expect(problemsOf(new RootimgError('c', 'm', { origin }))).toEqual([{ code: 'c', message: 'm', origin }]);
  expect(Object.keys(problemsOf(new RootimgError('c', 'm'))[0] ?? {})).toEqual(['code', 'message']);
});

it('further failures are kept in their order beside the first, whose cause stays', () => {
  const cause = new Error('cause');
  const first = new RootimgError('c', 'first', { cause });
  addFailure(first, new Error('second'));
  addFailure(first, 'third');
  expect(failuresBesides(first).map(({ message }) => message)).toEqual(['second', 'third']);
  expect(first.cause).toBe(cause);
  expect(failuresBesides(new Error('other'))).toEqual([]);
  expect(() => addFailure('no error', first)).not.toThrow();
});

it.each([
  [Object.assign(new Error('x'), { code: 'ENOENT' }), 'it does not exist'],
  [Object.assign(new Error('x'), { code: 'EUCLEAN' }), 'EUCLEAN'],
  [Object.assign(new Error('x'), { code: 'constructor' }), 'constructor'],
  ['a text', 'a text'],
])('%s is told as %s', (error, words) => {
  expect(fileErrorWords(error)).toBe(words);
});
