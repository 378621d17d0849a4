import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { watchOutput } from '../../../src/system/output.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

/** The bytes in pieces of these sizes. */
function inPieces(text: string, sizes: readonly number[]): Readable {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    if (at < bytes.length) pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Readable.from(pieces);
}

it('lines are heard whole however they come, and the end of the output is kept', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ä', '木', ' '), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 5 })),
      async (lines, sizes) => {
        const text = lines.map((one) => `${one}\n`).join('');
        const heard: string[] = [];
        const { stdout } = await watchOutput(
          inPieces(text, sizes),
          null,
          { onLine: (one) => heard.push(one) },
          10,
        );
        expect(heard).toEqual(lines);
        expect(
          Buffer.from(text)
            .subarray(-stdout.length || text.length)
            .equals(stdout),
        ).toBe(true);
        expect(stdout.length).toBeGreaterThanOrEqual(Math.min(10, Buffer.byteLength(text)));
      },
    ),
    { numRuns: 40 },
  );
});

it('the log has everything but secrets, those in two pieces too', async () => {
  const logFile = join(folder.path, 'log');
  const text = 'from http://user:geheim@m/x\nend without a line break';
  for (const cut of [1, 17, 20, 24]) {
    const { unlogged } = await watchOutput(inPieces(text, [cut]), null, { logFile }, 10);
    expect(unlogged).toBeUndefined();
  }
  const log = readFileSync(logFile, 'utf8');
  expect(log).not.toContain('geheim');
  expect(log.match(/end without a line break/g)).toHaveLength(4);
});

it('a log that cannot be written is told, and the work goes on', async () => {
  const { stdout, unlogged } = await watchOutput(
    inPieces('x\n', []),
    null,
    { logFile: join(folder.path, 'no/log') },
    10,
  );
  expect(stdout.toString()).toBe('x\n');
  expect(unlogged?.code).toBe('log-unwritable');
});
