import { createHash } from 'node:crypto';
import { fileErrorWords, type Origin, type Problem } from '../base/errors.ts';
import { readRegularFile } from '../base/regular-file.ts';

export interface ListFile {
  readonly path: string;
  readonly lines: readonly ListLine[];
  /** hex, of the bytes as they are in the file */
  readonly sha256: string;
}

export interface ListLine {
  /** Without line end, blanks at both ends, and byte order mark. */
  readonly text: string;
  readonly origin: Origin;
}

/**
 * Reads a list of one entry a line. `asked` is where its name stands, for the problem when it cannot be read.
 */
export async function readListFile(
  path: string,
  what: string,
  asked: Origin | undefined,
): Promise<ListFile | Problem> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path);
  } catch (error) {
    return unreadable(path, what, asked, error);
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = text.split('\n').map((line, index) => ({
    text: line.trim(),
    origin: { file: path, line: index + 1 },
  }));
  return { path, lines, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** True for the result that is no list. */
export function isProblem(result: ListFile | Problem): result is Problem {
  return 'code' in result;
}

/** The problem of a file that an attribute or a line names and that cannot be read. */
export function unreadable(path: string, what: string, asked: Origin | undefined, error: unknown): Problem {
  return {
    code: 'file-unreadable',
    message: `The ${what} '${path}' cannot be read: ${fileErrorWords(error)}.`,
    ...(asked === undefined ? {} : { origin: asked }),
  };
}

/**
 * Characters that no name in a list may hold: they would not survive a command line, or are not text at all.
 */
export function hasUnprintable(text: string): boolean {
  return /[\u0000-\u0008\u000b-\u001f\u007f\uFFFD]/.test(text);
}
