import { describe, expect, it } from 'vitest';
import { canonicalArguments } from '../../../../src/cli/definitions/def-arguments.ts';
import { lsdefCommand } from '../../../../src/cli/definitions/lsdef.ts';
import { recordedIo } from '../../../lib/recorded-io.ts';
import { mkdefCommand } from '../../../../src/cli/definitions/mkdef.ts';

const { io } = recordedIo();
const lsdef = lsdefCommand(io).options;
const mkdef = mkdefCommand(io).options;

describe('words of a definition command', () => {
  it.each([
    ['-t osimage a', '-t osimage -- a'],
    ['-tosimage', '-t osimage --'],
    ['-zlt osimage', '--stanza --long -t osimage --'],
    ['-zosomething', '--stanza -o something --'],
    ['--t=osimage --o a', '-t osimage -o a --'],
    ['--stan --sh --lo', '--stanza --short --long --'],
    ['--s', '--short --'],
    ['a -l b', '--long -- a b'],
    ['a -- -l --bogus', '-- a -l --bogus'],
    ['-o -l', '-o -l --'],
    ['-w a==b -w c!=d', '-w a==b -w c!=d --'],
    ['-wa==b', '-w a==b --'],
    ['-', '-- -'],
    ['k=v --long', '--long -- k=v'],
  ])('lsdef %s', (typed, canonical) => {
    expect(canonicalArguments(lsdef, typed.split(' ')).join(' ')).toBe(canonical);
  });

  it.each([
    [['-zf'], ['--stanza', '--force', '--']],
    [['--template=t'], ['--template', 't', '--']],
    [['--template='], ['--template', '', '--']],
    [
      ['-o', ''],
      ['-o', '', '--'],
    ],
  ])('mkdef %j', (typed, canonical) => {
    expect(canonicalArguments(mkdef, typed)).toEqual(canonical);
  });

  it.each([
    ['--bogus', ['Unknown option: --bogus']],
    ['-zQ', ['Unknown option: -Q']],
    ['--st', ['Option --st is ambiguous: --store, --stanza']],
    ['--vers --versi', []],
    ['--ver', ['Option --ver is ambiguous: --version, --verbose']],
    ['-t', ['Option -t needs a value.']],
    ['--long=1', ['Option --long takes no value.']],
    ['--=x', ['Unknown option: --']],
    ['-Q --bogus', ['Unknown option: -Q', 'Unknown option: --bogus']],
    ['-LONG', ['Unknown option: -L', 'Unknown option: -O', 'Unknown option: -N', 'Unknown option: -G']],
    ['--LONG', ['Unknown option: --LONG']],
  ])('refused: lsdef %s', (typed, messages) => {
    const read = (): string[] => canonicalArguments(lsdef, typed.split(' '));
    if (messages.length === 0) return expect(read()).toEqual(['--version', '--version', '--']);
    expect(read).toThrow(
      expect.objectContaining({
        exitCode: 1,
        problems: messages.map((message) => ({ code: 'usage', message })),
      }),
    );
  });
});
