import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { lastLines, start } from '../../../system/exec.ts';
import { decompressArgv } from './compressors.ts';

/** Bytes that come out at a time: larger pieces are hardly quicker and pile up until they are collected. */
const pieceSize = 256 * 1024;

/** What comes out is not what a compressor made: the message says why. */
export class DamagedStream extends Error {}

/**
 * Decompresses a stream. gzip is undone here, which takes half the time of a process and its pipes; the
 * others by their tools. Sums in the stream are checked; throws DamagedStream when they are wrong or the
 * stream is cut off.
 */
export function decompress(source: AsyncIterable<Buffer>, compressor: string): AsyncIterable<Buffer> {
  const argv = decompressArgv(compressor);
  return argv === undefined ? gunzip(source) : throughTool(source, argv);
}

async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: pieceSize });
  const fed = pipeline(Readable.from(source, { highWaterMark: 1 }), stream);
  fed.catch(() => {});
  try {
    for await (const bytes of stream) yield bytes as Buffer;
    await fed;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_') ? new DamagedStream(`gzip: ${String(error)}`) : error;
  }
}

async function* throughTool(source: AsyncIterable<Buffer>, argv: readonly string[]): AsyncGenerator<Buffer> {
  const running = start(argv);
  const fed = feedAll(source, running.stdin);
  fed.catch(() => running.kill('SIGKILL'));
  try {
    for await (const bytes of running.stdout) yield bytes as Buffer;
    await fed;
    const { exitCode, stderr } = await running.ended;
    if (exitCode !== 0) throw new DamagedStream(lastLines(stderr).join('; ') || `${argv[0]} failed`);
  } finally {
    // Also when the reader has had enough.
    running.kill('SIGKILL');
    await running.ended;
  }
}

/** A tool that ends early says why itself: that it cannot be written to is not an error here. */
async function feedAll(source: AsyncIterable<Buffer>, stdin: Writable): Promise<void> {
  for await (const bytes of source) {
    if (!stdin.writable) return;
    await new Promise<void>((resolve) => stdin.write(bytes, () => resolve()));
  }
  stdin.end();
}
