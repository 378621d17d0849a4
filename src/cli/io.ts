import { fileErrorWords } from '../base/errors.ts';
import { withoutSecrets } from '../base/secrets.ts';
import { stoppedError } from '../system/signals.ts';

/** All that a command sees of the world outside its files; tests give their own. */
export interface CommandIo {
  /** Writes to standard output as it is. */
  stdout(text: string): void;
  /** Writes to standard error. */
  stderr(text: string): void;
  /** Standard input to its end, as text. */
  stdin(): Promise<string>;
  /**
   * Asks the person at the terminal; undefined at the end of input, throws at Ctrl-C. Absent where there is
   * no terminal.
   */
  readonly ask?: (question: string) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What the process will answer when the command returns: 0, or 1 when part of the work failed. */
  exitCode: number;
}

/** The real thing. */
export function processIo(): CommandIo {
  // Nodes and other administrators read what we write, whatever the caller's umask; secrets are given their
  // mode by name.
  process.umask(0o022);
  process.stdout.once('error', outputFailed).on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(withoutSecrets(text)),
    stdin: readStdin,
    ...(process.stdin.isTTY && process.stdout.isTTY ? { ask: asker(process.stdin, process.stdout) } : {}),
    env: process.env,
    cwd: currentFolder(),
    exitCode: 0,
  };
}

/**
 * A reader that closes our standard output (`| head`) is no news; a full disk is. Either decides how the
 * process ends.
 */
function outputFailed(error: NodeJS.ErrnoException): void {
  const isClosed = error.code === 'EPIPE';
  process.once('exit', () => void (process.exitCode = isClosed ? 141 : 1));
  if (isClosed) return;
  process.stderr.write(`Error: Standard output cannot be written: ${fileErrorWords(error)}.\n`);
}

/** As the shell has it where the folder was removed meanwhile: most commands never look. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env['PWD'] ?? '/';
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Asks questions one by one. A line that was typed before its question is its answer: the reader of the question
 * before has taken it. Gives undefined at the end of the input.
 */
export function asker(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
  const early: string[] = [];
  return async (question: string): Promise<string | undefined> => {
    const known = early.shift();
    if (known !== undefined) {
      output.write(`${question}${known}\n`);
      return known;
    }
    const { createInterface } = await import('node:readline/promises');
    const lines = createInterface({ input, output });
    // Heard of only the lines that answer no question.
    lines.on('line', (line) => early.push(line));
    try {
      return await Promise.race([
        lines.question(question),
        new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined))),
        new Promise<never>((_, reject) => lines.once('SIGINT', () => reject(stoppedError('SIGINT')))),
      ]);
    } finally {
      lines.close();
    }
  };
}
