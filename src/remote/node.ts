import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { RootimgError } from '../base/errors.ts';
import { lastLines, type Running } from '../system/exec.ts';
import { stopSignal } from '../system/signals.ts';
import { type NodePart, nodeScript } from './node-script.ts';
import { type Connection, connectionLost, isLost } from './ssh.ts';

/** How root's rights are got on a node: we are root, sudo asks nothing, or sudo wants this password. */
export type Rights =
  { readonly by: 'root' | 'sudo' } | { readonly by: 'password'; readonly password: string };

/** A node that we may work on as root. */
export interface RootNode {
  readonly connection: Connection;
  readonly rights: Rights;
}

/** Starts a part of the node's script as root; what is written to it goes to the part. */
export function startPart(
  { connection, rights }: RootNode,
  part: NodePart,
  words: readonly string[],
): Running {
  const shell = ['sh', '-c', nodeScript(part), 'rootimg', ...words];
  const running = connection.start([...asRoot(rights), ...shell]);
  // Read by sudo before the part begins, which -k sees to; on no command line.
  if (rights.by === 'password') running.stdin.write(`${rights.password}\n`);
  return running;
}

function asRoot({ by }: Rights): string[] {
  if (by === 'root') return ['exec'];
  return by === 'sudo' ? ['exec', 'sudo', '-n', '--'] : ['exec', 'sudo', '-k', '-S', '-p', '', '--'];
}

/** Runs a part to its end, with `input` on its standard input, and gives the lines that it said. */
export async function callPart(
  node: RootNode,
  part: NodePart,
  words: readonly string[],
  input: string | AsyncIterable<Uint8Array> = '',
): Promise<string[]> {
  const running = startPart(node, part, words);
  const feed = pipeline(
    Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input),
    running.stdin,
  );
  return finish(
    node.connection,
    running,
    feed.catch(() => {}),
  );
}

/** Runs a part without any rights. */
export async function callPlain(
  connection: Connection,
  part: NodePart,
  words: readonly string[],
): Promise<string[]> {
  return linesOf(connection, ['exec', 'sh', '-c', nodeScript(part), 'rootimg', ...words]);
}

/**
 * Runs a command on a host that reads nothing; gives the lines that it prints. Throws when it fails, or has not
 * ended after so many seconds.
 */
export async function linesOf(
  connection: Connection,
  command: readonly string[],
  seconds?: number,
): Promise<string[]> {
  const running = connection.start(command);
  running.stdin.end();
  if (seconds === undefined) return finish(connection, running, Promise.resolve());
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    running.kill('SIGKILL');
  }, seconds * 1000);
  try {
    return await finish(connection, running, Promise.resolve());
  } catch (error) {
    if (!isLate) throw error;
    const message = `${connection.host} has not answered within ${seconds} seconds.`;
    throw new RootimgError('node-failed', message, { hint: 'A file system that hangs there can be why.' });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether sudo takes the password. Throws `connection-lost`. */
export async function takesPassword(connection: Connection, password: string): Promise<boolean> {
  const running = connection.start([...asRoot({ by: 'password', password }), 'true']);
  running.stdin.end(`${password}\n`);
  running.stdout.resume();
  const { exitCode, stderr } = await running.ended;
  if (isLost(exitCode)) throw connectionLost(connection.host, stderr);
  return exitCode === 0;
}

/** Bytes: far more than any node has to say. */
const longestAnswer = 64 * 1024 * 1024;

async function finish({ host }: Connection, running: Running, fed: Promise<void>): Promise<string[]> {
  const stop = () => running.kill();
  stopSignal.addEventListener('abort', stop, { once: true });
  try {
    let text = '';
    for await (const chunk of running.stdout) {
      text += String(chunk);
      if (text.length <= longestAnswer) continue;
      running.kill('SIGKILL');
      throw new RootimgError('node-failed', `${host} sends more than ${longestAnswer} bytes.`, {
        hint: 'No answer is that long: the node may be broken, or not what it should be.',
      });
    }
    const { exitCode, stderr } = await running.ended;
    await fed;
    stopSignal.throwIfAborted();
    if (exitCode === 0) return text.split('\n').filter((line) => line !== '');
    if (isLost(exitCode)) throw connectionLost(host, stderr);
    throw new RootimgError(
      'node-failed',
      `${host}: ${lastLines(stderr).at(-1) ?? `exit status ${exitCode}`}`,
      {
        details: lastLines(stderr).slice(0, -1),
      },
    );
  } finally {
    stopSignal.removeEventListener('abort', stop);
  }
}
