import { expect, it } from 'vitest';
import { formats } from '../../../src/pack/formats/formats.ts';
import { readCompressor, readMethod } from '../../../src/resolve/pack-method.ts';

it('every format is found by its name, cpio is the usual one (xCAT)', () => {
  for (const format of formats) expect(readMethod(format.name)).toBe(format);
  expect(readMethod()).toMatchObject({ name: 'cpio' });
});

it('what is no format or compressor is told in the words of xCAT, with those that are', () => {
  expect(readMethod('zip')).toMatchObject({
    code: 'pack-method',
    message: "Invalid archive method 'zip' requested",
    hint: expect.stringContaining('squashfs'),
  });
  expect(readCompressor('rar', undefined)).toMatchObject({
    message: "Invalid compress method 'rar' requested",
    hint: expect.stringMatching(/^Known: .*pigz/),
  });
});

it('a compressor must be one of the format', () => {
  for (const format of formats) {
    for (const name of format.compressors) expect(readCompressor(name, format)).toBe(name);
    expect(readCompressor('none-such', format)).toMatchObject({ hint: expect.stringContaining(format.name) });
  }
});
