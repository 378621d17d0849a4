import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { isBrokenPipe } from '../../../src/base/broken-pipe.ts';
import { start } from '../../../src/system/exec.ts';

async function* much() {
  for (let piece = 0; piece < 64; piece += 1) yield Buffer.alloc(1024 * 1024);
}

test.each([[['true']], [['head', '-c', '10']]])(
  '%j, which ends before it has read all, breaks the pipe',
  async (argv) => {
    const program = start(argv);
    const error = await pipeline(much(), program.stdin).catch((reason: unknown) => reason);
    await program.ended;
    expect(isBrokenPipe(error)).toBe(true);
  },
);

test('a socket that is closed with bytes unread breaks the pipe', async () => {
  const path = join(tmpdir(), `rootimg-broken-${process.pid}`);
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const client = connect(path);
  const [accepted] = await once(server, 'connection');
  client.write('not read');
  setTimeout(() => accepted.destroy(), 50);
  const [error] = await once(client, 'error');
  server.close();
  rmSync(path, { force: true });
  expect(error.code).toBe('ECONNRESET');
  expect(isBrokenPipe(error)).toBe(true);
});

test('a full disk does not', async () => {
  const error = await writeFile('/dev/full', 'bytes').catch((reason: unknown) => reason);
  expect(isBrokenPipe(error)).toBe(false);
});
