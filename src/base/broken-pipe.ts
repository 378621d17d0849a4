// A socket pair stands behind a child's standard input: what was not read when it closes makes ECONNRESET
// instead of EPIPE.
const codes = [
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
];

/**
 * Whether an error only says that the program at the other end of a pipe ended before its time: its exit
 * status says why.
 */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
