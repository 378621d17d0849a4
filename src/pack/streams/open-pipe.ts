import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../system/exec.ts';
import { openEnds, type Pipe } from '../../system/pipe.ts';
import { temporaryDir } from '../../system/temp.ts';

/**
 * A pipe for what we read of a program. What Node makes for its children are sockets, which it reads in pieces of
 * 64 KiB, each in new memory: collecting that takes longer than reading it. The pipe has a name for a moment, in
 * `folder`, or where other temporary files are when the file system of that has no pipes.
 */
export async function openPipe(folder: string): Promise<Pipe> {
  try {
    return await inFolder(await temporaryDir(folder, 'pipe'));
  } catch {
    return inFolder(await mkdtemp(join(tmpdir(), 'rootimg-pipe-')));
  }
}

/** Makes it in a new folder and removes that. */
async function inFolder(folder: string): Promise<Pipe> {
  const path = join(folder, 'pipe');
  try {
    await run(['mkfifo', '-m', '600', path]);
    return openEnds(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
