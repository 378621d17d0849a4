import { describe, expect, it } from 'vitest';
import { packimageUsage, readPackimageArguments } from '../../../src/cli/packimage-arguments.ts';

describe('readPackimageArguments', () => {
  it.each([
    [['-m', 'cpio', '-c', 'gzip', 'a'], { method: 'cpio', compress: 'gzip', images: ['a'] }],
    [['-mcpio', '-cgzip', 'a'], { method: 'cpio', compress: 'gzip', images: ['a'] }],
    [['--method=tar', 'a', 'b'], { method: 'tar', images: ['a', 'b'] }],
    [['-m=tar', 'a'], { method: 'tar' }],
    [['-method', 'tar', 'a'], { method: 'tar', images: ['a'] }],
    [['-m', 'cpio', '-m', 'tar', 'a'], { method: 'tar' }],
    [['--verify=full', '--sign', 'k', '--gate', 'boot', 'a'], { verify: 'full', sign: 'k', gate: 'boot' }],
  ])('%j', (argv, expected) => {
    expect(readPackimageArguments(argv)).toMatchObject(expected);
  });

  it('says which were given', () => {
    const { given } = readPackimageArguments(['--strict', '--force', 'a']);
    expect([...given]).toEqual(['strict', 'force']);
  });

  it.each([['--nosuch'], ['-m']])('refuses %s', (word) => {
    expect(() => readPackimageArguments([word])).toThrow();
  });
});

it('the usage names each option that has a word of help, and no obsolete one', () => {
  const text = packimageUsage();
  for (const name of ['-m, --method', '--gate', '--reproducible', '-h, --help']) expect(text).toContain(name);
  expect(text).not.toContain('--osver');
});
