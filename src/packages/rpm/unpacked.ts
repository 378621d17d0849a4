import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RootimgError } from '../../base/errors.ts';
import { own } from '../../base/own.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import { toolMissing } from '../../system/command-error.ts';
import { lastLines, start } from '../../system/exec.ts';
import { wasNotThere } from '../../system/tie.ts';

/** Bytes of the longest text of packages that is read: those of the largest distributions have a quarter. */
const longestText = 2 ** 29 - 1024;

/** Bytes that are unpacked at a time: with the 16 KiB of Node.js much of the work is to join them. */
const pieceSize = 2 ** 20;

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
  if (end === 'gz') {
    const options = { maxOutputLength: longestText, chunkSize: pieceSize };
    return (await promisify(gunzip)(bytes, options)).toString('utf8');
  }
  const unpacker = own(unpackers, end);
  if (unpacker === undefined) return bytes.toString('utf8');
  return outputOf([...unpacker, path], path);
}

/** More than `run` keeps of what a program says. */
async function outputOf(argv: readonly string[], path: string): Promise<string> {
  const running = start(argv);
  const pieces: Buffer[] = [];
  let length = 0;
  running.stdin.end();
  for await (const piece of running.stdout as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > longestText) {
      running.kill('SIGKILL');
      await running.ended;
      throw Object.assign(new Error(`${path} unpacks to more than ${longestText} bytes`), {
        code: 'ETOOBIG',
      });
    }
    pieces.push(piece);
  }
  const { exitCode, stderr } = await running.ended;
  if (wasNotThere(exitCode, stderr)) throw toolMissing(argv[0] ?? '');
  if (exitCode === 0) return Buffer.concat(pieces).toString('utf8');
  throw new RootimgError('unpacking-failed', `${path} cannot be unpacked.`, { details: lastLines(stderr) });
}
