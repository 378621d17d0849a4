import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addAll, type ChunkWriter } from '../../../../src/pack/streams/chunk-writer.ts';
import { checkEnded, feedProgram, throughProgram } from '../../../../src/pack/streams/feed-program.ts';
import { start } from '../../../../src/system/exec.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const through = (argv: readonly string[], produce: (out: ChunkWriter) => Promise<void>) =>
  throughProgram(argv, join(folder.path, 'out'), folder.path, produce);
const bytes = (count: number) => (out: ChunkWriter) => addAll(out, Buffer.alloc(count, 'a'));

it('what goes in comes out of the program into the file', async () => {
  const out = Buffer.alloc(3_000_000, 'b');
  expect(await through(['tr', 'a', 'b'], bytes(out.length))).toEqual({
    ...{ bytes: out.length, size: out.length },
    sha256: createHash('sha256').update(out).digest('hex'),
  });
  expect((await readFile(join(folder.path, 'out'))).equals(out)).toBe(true);
  await expect(through(['cat'], bytes(1))).rejects.toThrow('EEXIST');
});

it('a program that ends early is the cause, not the pipe that it breaks', async () => {
  const failing = through(['sh', '-c', 'echo no blocks >&2; exit 3'], bytes(9_000_000));
  await expect(failing).rejects.toMatchObject({
    code: 'program-failed',
    message: 'sh ended with exit status 3.',
    details: expect.arrayContaining(['no blocks']),
  });
});

it('when what is written fails, the program never ends in order', async () => {
  const cut = through(['sh', '-c', 'cat; echo whole'], async (out) => {
    await bytes(2_000_000)(out);
    throw new Error('cut');
  });
  await expect(cut).rejects.toThrow('cut');
  expect((await readFile(join(folder.path, 'out'), 'latin1')).endsWith('whole\n')).toBe(false);
});

it('a program that has read all ends at once when what is done meanwhile fails', async () => {
  const running = start(['sh', '-c', 'cat >/dev/null; exec sleep 1000']);
  running.stdout.resume();
  const failing = feedProgram(running, bytes(1), () => Promise.reject(new Error('not fit')));
  await expect(failing).rejects.toThrow('not fit');
  expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
});

it('a missing program and a full disk are named as such', async () => {
  await expect(through(['rootimg-no-such-program'], bytes(1))).rejects.toMatchObject({
    code: 'tool-missing',
  });
  for (const words of ['No space left on device', 'Disk quota exceeded']) {
    const full = { exitCode: 1, signal: undefined, stderr: `write: ${words}\n` };
    expect(() => checkEnded(['x'], full, '/f')).toThrow('There is no space left in /f.');
  }
  const killed = { exitCode: undefined, signal: 'SIGKILL', stderr: '' };
  expect(() => checkEnded(['x'], killed, '/f')).toThrow('x ended by SIGKILL.');
});
