import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { own } from '../../base/own.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import { run } from '../../system/exec.ts';

/** Bytes of the longest text of packages that is read: those of the largest distributions have a quarter. */
const longestText = 2 ** 29 - 1024;

/** Programs that unpack what Node.js of every release cannot, by the end of the name. */
const unpackers: Readonly<Record<string, readonly string[]>> = {
  zst: ['zstd', '-dcq'],
  xz: ['xz', '-dc'],
  bz2: ['bzip2', '-dc'],
  zck: ['unzck', '-c'],
};

/** Text of a file of metadata, unpacked by the end of its name. */
export async function unpacked(path: string): Promise<string> {
  const bytes = await readRegularFile(path, longestText);
  const [, end = ''] = /\.(\w+)$/.exec(path) ?? [];
  if (end === 'gz')
    return (await promisify(gunzip)(bytes, { maxOutputLength: longestText })).toString('utf8');
  const unpacker = own(unpackers, end);
  if (unpacker === undefined) return bytes.toString('utf8');
  return (await run([...unpacker, path], { action: `read ${path}` })).stdout;
}
