import { own } from './own.ts';

/** Where in a file of the user something stands; printed as `file:line`. */
export interface Origin {
  readonly file: string;
  /** 1-based; absent when the whole file is meant. */
  readonly line?: number | undefined;
}

/** Gives `file:line`, or `file` alone when there is no line. */
export function formatOrigin(origin: Origin): string {
  return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
}

/** One thing that is wrong: what, where, and what to do about it. */
export interface Problem {
  /** Machine-readable name in kebab case, stable between releases. */
  readonly code: string;
  /** One sentence that names the thing. */
  readonly message: string;
  readonly origin?: Origin;
  /** What to do, as one sentence. */
  readonly hint?: string;
}

export interface RootimgErrorOptions extends Omit<Problem, 'code' | 'message'> {
  readonly cause?: unknown;
  /** 1 failed, 2 wrong usage, 130 and 143 stopped by SIGINT and SIGTERM. */
  readonly exitCode?: 1 | 2 | 130 | 143;
  /** Lines printed below the message as they are, such as the end of a tool's output. */
  readonly details?: readonly string[];
}

/** A failure that is the user's to mend: printed without a stack. Anything else that is thrown is our bug. */
export class RootimgError extends Error {
  override readonly name = 'RootimgError';
  readonly code: string;
  readonly origin: Origin | undefined;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly details: readonly string[];

  constructor(code: string, message: string, options: RootimgErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.origin = options.origin;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
    this.details = options.details ?? [];
  }
}

/** What failed while the error that is the key was on its way to the user. */
const besides = new WeakMap<Error, readonly Error[]>();

/** Keeps a further failure with the first one, which may have a cause already: both are told. */
export function addFailure(first: unknown, further: unknown): void {
  if (!(first instanceof Error)) return;
  const error = further instanceof Error ? further : new Error(String(further));
  besides.set(first, [...failuresBesides(first), error]);
}

/** What failed besides an error, in that order. */
export function failuresBesides(error: unknown): readonly Error[] {
  return (error instanceof Error && besides.get(error)) || [];
}

/** Several problems found together; each is printed on a line of its own. */
export class ProblemsError extends RootimgError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], exitCode: 1 | 2 = 1) {
    super('problems', problems.map((p) => p.message).join('\n'), { exitCode });
    this.problems = problems;
  }
}

/** What an error says as a list of problems, to be reported together with others. */
export function problemsOf(error: RootimgError): readonly Problem[] {
  if (error instanceof ProblemsError) return error.problems;
  const { code, message, origin, hint } = error;
  return [
    { code, message, ...(origin === undefined ? {} : { origin }), ...(hint === undefined ? {} : { hint }) },
  ];
}

/** Throws all problems in one error when there are any. */
export function throwProblems(problems: readonly Problem[], exitCode: 1 | 2 = 1): void {
  if (problems.length > 0) throw new ProblemsError(problems, exitCode);
}

/** The command line is wrong: exit code 2. */
export function usageError(message: string, hint?: string): RootimgError {
  return new RootimgError('usage', message, { exitCode: 2, ...(hint === undefined ? {} : { hint }) });
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it, or a part of its path, is not a folder',
  EISDIR: 'it is a folder',
  ENOTREG: 'it is not a regular file',
  ETOOBIG: 'it is too large',
  EACCES: 'permission denied',
  ELOOP: 'its symbolic links go round in a circle',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its file system is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'it is larger than may be (ulimit -f, or its file system)',
  EMFILE: 'too many files are open (ulimit -n)',
  ENFILE: 'too many files are open on this host',
  ENOMEM: 'memory is short',
  EIO: 'its disk or file server reports an error',
  ETIMEDOUT: 'its file server does not answer',
  ESTALE: 'its file server no longer knows it',
  EPERM: 'this is not permitted',
  EBUSY: 'it is in use',
  ENAMETOOLONG: 'its name is too long',
  EEXIST: 'it exists already',
  ENOTEMPTY: 'it is not empty',
  EXDEV: 'they lie on different file systems',
};

/** A file system error in words; the code of a rare one. */
export function fileErrorWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return own(fileErrors, code) ?? (code || String(error));
}
