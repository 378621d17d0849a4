import { expect, test } from 'vitest';
import { problemsOf } from '../../../src/base/errors.ts';
import type { CommandResult } from '../../../src/plan/event.ts';
import { buildFailure } from '../../../src/remote/follow-build.ts';

/** Nothing more is asked of the node where its last event tells the problems. */
const errors = () => Promise.reject(new Error('asked'));
const here = (text: string) => text.replaceAll('/there/', '/here/');
const failure = (problems: CommandResult['problems']) =>
  buildFailure('n1', { status: 1, result: { command: 'genimage', exitCode: 1, problems } }, here, errors);

test('one problem comes with all that was told of it, by the names that things have here', async () => {
  const error = await failure([
    {
      code: 'command-failed',
      message: 'dracut ended with exit status 1.',
      hint: 'The whole output is in /there/dracut.log.',
      origin: { file: '/there/a.pkglist', line: 3 },
      details: ['cp: /there/x: No space left on device'],
    },
  ]);
  expect(error).toMatchObject({
    code: 'command-failed',
    message: 'dracut ended with exit status 1.',
    hint: 'The whole output is in /here/dracut.log.',
    origin: { file: '/here/a.pkglist', line: 3 },
    details: ['cp: /here/x: No space left on device'],
  });
});

test('several problems are told as several', async () => {
  const two = [
    { code: 'a', message: 'first /there/1' },
    { code: 'b', message: 'second' },
  ];
  expect(problemsOf(await failure(two))).toEqual([
    { code: 'a', message: 'first /here/1' },
    { code: 'b', message: 'second' },
  ]);
});
