import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { ProblemsError, RootimgError } from '../../../src/base/errors.ts';
import type { CommandIo } from '../../../src/cli/io.ts';
import { runPrinting } from '../../../src/cli/run-printing.ts';

async function run(work: () => void): Promise<{ exitCode: number; said: string }> {
  let said = '';
  const io: CommandIo = {
    stdout: () => {},
    stderr: (text) => void (said += text),
    stdin: async () => '',
    ...{ env: {}, cwd: '/', exitCode: 0 },
  };
  const exitCode = await runPrinting(
    io,
    async () => work(),
    async () => 'Usage: here\n',
  );
  return { exitCode, said };
}

const fail = (error: Error) => () => {
  throw error;
};

/** What commander itself throws for these words. */
function thrownBy(words: string[]): Error {
  const command = new Command('one').exitOverride().configureOutput({ writeOut() {}, writeErr() {} });
  command.option('-n <number>', '', () => {
    throw new InvalidArgumentError('no number');
  });
  try {
    command.parse(words, { from: 'user' });
  } catch (error) {
    expect(error).toBeInstanceOf(CommanderError);
    return error as Error;
  }
  throw new Error('it took the words');
}

it('gives the exit code of what went well', async () => {
  expect(await run(() => {})).toEqual({ exitCode: 0, said: '' });
});

it.each<[string, Error, number]>([
  ['an unknown option', thrownBy(['--none']), 2],
  ['a value that the option does not take', thrownBy(['-n', 'x']), 2],
  ['wrong usage of ours', new RootimgError('usage', 'Two images.'), 1],
  [
    'wrong usage among other problems',
    new ProblemsError([
      { code: 'other', message: 'First.' },
      { code: 'usage', message: 'Second.' },
    ]),
    1,
  ],
])('ends %s with the line of the usage', async (_, error, exitCode) => {
  const found = await run(fail(error));
  expect(found.exitCode).toBe(exitCode);
  expect(found.said).toMatch(/Usage: here\n$/);
});

it('ends help well, and a failure without the usage', async () => {
  expect(await run(fail(thrownBy(['--help'])))).toEqual({ exitCode: 0, said: '' });
  const failed = await run(fail(new RootimgError('no-tree', 'There is no tree.')));
  expect(failed.exitCode).toBe(1);
  expect(failed.said).not.toContain('Usage');
});
