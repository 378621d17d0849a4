import { Command } from 'commander';
import { expect, test } from 'vitest';
import { shared, sharedSpec } from '../../../src/cli/shared-options.ts';
import { readArguments } from '../../../src/render/getopt.ts';

const keys = ['store', 'def', 'json', 'jsonDocument', 'quiet', 'verbose', 'wait'] as const;

test.each(keys)('%s is read alike by both kinds of commands', (key) => {
  const spec = sharedSpec(key);
  const [name = ''] = spec.names;
  const words = spec.takesValue ? [`--${name}`, 'value', 'image'] : [`--${name}`, 'image'];
  const command = new Command().argument('[name]').option(...shared(key));
  command.parse(words, { from: 'user' });
  expect(command.args).toEqual(['image']);
  expect(command.opts()).toEqual({ [name]: spec.takesValue ? 'value' : true });
  const { given, operands } = readArguments(words, [spec]);
  expect(operands).toEqual(['image']);
  expect(given).toEqual([{ spec, value: spec.takesValue ? 'value' : undefined }]);
});

test('a value is named in the flag, or in the help where xCAT has it there', () => {
  expect(shared('store')[0]).toBe('--store <dir>');
  expect(sharedSpec('store').help).toBe(`DIR: ${shared('store')[1]}`);
  expect(sharedSpec('quiet').help).toBe(shared('quiet')[1]);
});
