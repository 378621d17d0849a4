import { expect, it } from 'vitest';
import { compressorsIn } from '../../../../../src/pack/formats/squashfs/known-compressors.ts';

/** The end of what mksquashfs 4.5 prints with -help. */
const help = `Pseudo file format
\t"filename" d mode uid gid

Compressors available and compressor specific options:
\tgzip (default)
\t  -Xcompression-level <compression-level>
\t\t<compression-level> should be 1 .. 9 (default 9)
\tlzo
\t  -Xalgorithm <algorithm>
\tlz4
\txz
\tzstd
\t  -Xcompression-level <compression-level>

See also
\tunsquashfs
`;

it('finds the compressors in the help, not their options', () => {
  expect(compressorsIn(help)).toEqual(['gzip', 'lzo', 'lz4', 'xz', 'zstd']);
});

it.each([['nothing'], [''], ['Compressors available:\nnone\n']])('finds none in %j', (text) => {
  expect(compressorsIn(text)).toEqual([]);
});
