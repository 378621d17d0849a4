/** Reads a stream in pieces of the caller's choice. */
export interface ByteReader {
  /** Bytes read and skipped so far. */
  readonly position: number;
  /**
   * Exactly so many bytes; throws RangeError when the stream ends before. The buffer is only good until the
   * next call.
   */
  read(count: number): Promise<Buffer>;
  skip(count: number): Promise<void>;
  /** Reads to the end and gives the number of bytes that were left. */
  drain(): Promise<number>;
  /** Tells the stream that nothing more is wanted of it, so that it can give back what it holds. */
  close(): Promise<void>;
}

export function byteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const source = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;
  let position = 0;

  /** Goes on to the next chunk; false at the end. */
  const next = async (): Promise<boolean> => {
    const result = await source.next();
    if (result.done) return false;
    chunk = result.value;
    at = 0;
    return true;
  };

  const advance = (count: number): void => {
    at += count;
    position += count;
  };

  /** What is left of the chunk, else of the next one, at most so many bytes of it. */
  const piece = async (most: number): Promise<Buffer> => {
    if (at === chunk.length && !(await next())) throw new RangeError('the archive ends too early');
    const bytes = chunk.subarray(at, at + most);
    advance(bytes.length);
    return bytes;
  };

  return {
    get position() {
      return position;
    },
    read: async (count) => {
      if (chunk.length - at >= count) {
        const bytes = chunk.subarray(at, at + count);
        advance(count);
        return bytes;
      }
      const pieces: Buffer[] = [];
      for (let missing = count; missing > 0; missing -= pieces.at(-1)?.length ?? 0) {
        pieces.push(await piece(missing));
      }
      return Buffer.concat(pieces);
    },
    skip: async (count) => {
      for (let left = count; left > 0;) left -= (await piece(left)).length;
    },
    drain: async () => {
      let rest = chunk.length - at;
      advance(rest);
      while (await next()) {
        rest += chunk.length;
        advance(chunk.length);
      }
      return rest;
    },
    close: async () => void (await source.return?.()),
  };
}
