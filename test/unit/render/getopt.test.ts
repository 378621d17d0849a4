import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/base/errors.ts';
import { readArguments } from '../../../src/render/getopt.ts';

const specs = [
  { names: ['i'], takesValue: true },
  { names: ['interactive'], takesValue: false },
  { names: ['ignorekernelchk'], takesValue: false },
  { names: ['permission'], takesValue: true },
  { names: ['h', 'help'], takesValue: false },
  { names: ['v', 'version'], takesValue: false },
  { names: ['verbose'], takesValue: false, ours: true },
] as const;

function read(...argv: string[]) {
  const { given, operands } = readArguments<(typeof specs)[number]>(argv, specs);
  return { given: given.map(({ spec, value }) => [spec.names[0], value]), operands };
}

function messages(...argv: string[]): string[] {
  try {
    read(...argv);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems.map((problem) => problem.message);
    throw error;
  }
  return [];
}

describe('readArguments', () => {
  it('takes a value after a blank or an equals sign, with one dash or two', () => {
    const expected = { given: [['i', 'eth3']], operands: [] };
    expect(read('-i', 'eth3')).toEqual(expected);
    expect(read('-i=eth3')).toEqual(expected);
    expect(read('--i=eth3')).toEqual(expected);
    expect(read('-permission', '755').given).toEqual([['permission', '755']]);
  });

  it('takes unambiguous abbreviations, capitals or not', () => {
    expect(read('--inter', '--PERM', '7').given).toEqual([
      ['interactive', undefined],
      ['permission', '7'],
    ]);
    expect(read('-int').given).toEqual([['interactive', undefined]]);
  });

  it('lets an exact name win over longer ones', () => {
    expect(read('--i', 'x').given).toEqual([['i', 'x']]);
  });

  it("lets xCAT's abbreviations win over our own options", () => {
    expect(read('--ver').given).toEqual([['v', undefined]]);
    expect(read('--verb').given).toEqual([['verbose', undefined]]);
  });

  it('takes options after operands and ends them at --', () => {
    expect(read('name', '-i', 'x', '--', '-h')).toEqual({ given: [['i', 'x']], operands: ['name', '-h'] });
    expect(read('-', '').operands).toEqual(['-', '']);
  });

  it('takes the next word as the value whatever it begins with', () => {
    expect(read('-i', '--help').given).toEqual([['i', '--help']]);
    expect(read('-i', '--').given).toEqual([['i', '--']]);
    expect(read('-i=a=b').given).toEqual([['i', 'a=b']]);
    expect(read('-i=a\nb').given).toEqual([['i', 'a\nb']]);
  });

  it('names all that is wrong', () => {
    expect(messages('--bogus', '--interactive=1', '--permission=', '-i')).toEqual([
      'Unknown option: bogus',
      'Option --interactive takes no value.',
      'Option --permission needs a value.',
      'Option -i needs a value.',
    ]);
  });

  it('names the candidates of an ambiguous abbreviation', () => {
    const two = [
      { names: ['interactive'], takesValue: false },
      { names: ['integrity'], takesValue: false },
    ];
    expect(() => readArguments(['--int'], two)).toThrow(
      'Option int is ambiguous: --interactive, --integrity',
    );
  });
});
