import { openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { stoppedError } from '../system/signals.ts';

/**
 * Asks at the terminal of this process, wherever its standard streams lead, without showing what is typed;
 * undefined where there is no terminal or at the end of input. Throws at Ctrl-C.
 */
export async function askPassword(question: string): Promise<string | undefined> {
  let fd: number;
  try {
    fd = openSync('/dev/tty', 'r+');
  } catch {
    return undefined;
  }
  const terminal = new ReadStream(fd);
  terminal.setRawMode(true);
  writeSync(fd, question);
  try {
    return await readSecret(terminal);
  } finally {
    terminal.setRawMode(false);
    writeSync(fd, '\n');
    // It closes the descriptor, which is another's from then on.
    terminal.destroy();
  }
}

/** What is typed up to the end of the line; backspace and Ctrl-U are obeyed. */
export async function readSecret(typed: AsyncIterable<Buffer>): Promise<string | undefined> {
  let bytes: number[] = [];
  for await (const chunk of typed) {
    for (const byte of chunk) {
      if (byte === 0x0d || byte === 0x0a) return Buffer.from(bytes).toString('utf8');
      if (byte === 0x03) throw stoppedError('SIGINT');
      if (byte === 0x04 && bytes.length === 0) return undefined;
      if (byte === 0x15) bytes = [];
      else if (byte === 0x7f || byte === 0x08) bytes = withoutLast(bytes);
      else bytes.push(byte);
    }
  }
  return undefined;
}

/** Without its last character, which may be of several bytes in UTF-8. */
function withoutLast(bytes: readonly number[]): number[] {
  return [...Buffer.from([...Buffer.from(bytes).toString('utf8')].slice(0, -1).join(''))];
}
