import { sizeWords } from '../base/size-words.ts';
import { createHash } from 'node:crypto';
import { RootimgError } from '../base/errors.ts';
import { initrdName, kernelName, secondInitrdName } from '../plan/generation.ts';
import { manifestName } from '../plan/manifest.ts';
import { inPhase, type Phase, type Reporter } from '../report/reporter.ts';
import { lastLines, type Running, start } from '../system/exec.ts';
import { stopSignal } from '../system/signals.ts';
import { unpackTreeArgv } from '../system/staged-tree.ts';
import { treeName } from '../system/tree/tree-place.ts';
import { type AllowedMembers, checkedMembers } from './checked-members.ts';
import { type RootNode, startPart } from './node.ts';

const allowed: AllowedMembers = {
  tree: treeName,
  logs: 'logs',
  files: [kernelName, initrdName, secondInitrdName, manifestName],
};

/** Bytes between two words about the progress. */
const step = 16 * 1024 * 1024;

/**
 * Brings the image in `from` on the node, or its logs alone, into the empty folder `to`: owners, hard links,
 * attributes, holes and devices as they are. Each member is checked before it touches anything, and the whole
 * compared by digest. Gives the number of bytes.
 */
export async function fetchImage(
  node: RootNode,
  from: string,
  to: string,
  what: 'image' | 'logs',
  phase?: Phase,
): Promise<number> {
  const sender = startPart(node, 'fetch', [from, what]);
  sender.stdin.end();
  return receiveImage({ ...sender, host: node.connection.host, chunks: sender.stdout }, to, phase);
}

/** What an image comes from: a program on a node, or the file that one has written. */
export interface ImageSender {
  /** For people. */
  readonly host: string;
  readonly chunks: AsyncIterable<Buffer>;
  /** Resolves when all is sent; the last that was said is the digest. */
  readonly ended: Promise<{ readonly exitCode: number | undefined; readonly stderr: string }>;
  kill(signal: 'SIGKILL'): void;
}

/** The same from whatever sends the tar of the node's part `fetch`. */
export async function receiveImage(sender: ImageSender, to: string, phase?: Phase): Promise<number> {
  const { host } = sender;
  const stop = () => sender.kill('SIGKILL');
  stopSignal.addEventListener('abort', stop, { once: true });
  const tar = start(unpackTreeArgv('-', to));
  tar.stdout.resume();
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of sender.chunks) {
      hash.update(chunk);
      if (Math.floor((bytes + chunk.length) / step) > Math.floor(bytes / step)) {
        phase?.progress(sizeWords(bytes));
      }
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await writeAll(checkedMembers(counted(), allowed), tar);
  } catch (error) {
    sender.kill('SIGKILL');
    tar.kill('SIGKILL');
    const [ended] = await Promise.all([sender.ended, tar.ended]);
    stopSignal.throwIfAborted();
    const isShort = error instanceof RootimgError && error.code === 'archive-short';
    throw isShort && ended.exitCode !== 0 ? cutOff(host, ended.stderr) : error;
  } finally {
    stopSignal.removeEventListener('abort', stop);
  }
  const unpacked = await tar.ended;
  const sent = await sender.ended;
  stopSignal.throwIfAborted();
  if (unpacked.exitCode !== 0) {
    throw new RootimgError('fetch-failed', `What came from ${host} cannot be unpacked in ${to}.`, {
      details: lastLines(unpacked.stderr),
    });
  }
  const end = /^rootimg ([0-9a-f]{64}) 0$/m.exec(sent.stderr)?.[1];
  if (sent.exitCode !== 0 || end === undefined) throw cutOff(host, sent.stderr);
  if (end !== hash.digest('hex')) {
    throw new RootimgError('fetch-damaged', `What came from ${host} is not what it sent.`);
  }
  return bytes;
}

/** The same as a phase of the report; gives the number of bytes. */
export function fetchInPhase(node: RootNode, from: string, to: string, reporter: Reporter): Promise<number> {
  return bringInPhase(node.connection.host, reporter, (phase) => fetchImage(node, from, to, 'image', phase));
}

/** The phase in which an image comes from a host; gives the number of bytes. */
export function bringInPhase(
  host: string,
  reporter: Reporter,
  bring: (phase: Phase) => Promise<number>,
): Promise<number> {
  return inPhase(reporter, `Bring the image from ${host}`, bring, sizeWords);
}

/** Writes chunks to a program that may end before it has read the zeros at their end. */
async function writeAll(chunks: AsyncIterable<Buffer>, { stdin, ended }: Running): Promise<void> {
  let hasFailed = false;
  void ended.then(({ exitCode }) => (hasFailed = exitCode !== 0));
  for await (const chunk of chunks) {
    stopSignal.throwIfAborted();
    if (hasFailed) return;
    if (stdin.destroyed || stdin.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        stdin.off('drain', go).off('close', go);
        resolve();
      };
      stdin.on('drain', go).on('close', go);
    });
  }
  stdin.end();
}

function cutOff(host: string, stderr: string): RootimgError {
  return new RootimgError('fetch-failed', `The image did not come whole from ${host}.`, {
    details: lastLines(stderr).filter((line) => !line.startsWith('rootimg ')),
  });
}
