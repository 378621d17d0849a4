/** Where finished chunks go; a chunk is used again when the promise has resolved. */
export type Sink = (chunk: Buffer) => Promise<unknown>;

/**
 * Collects bytes in large chunks. The functions that add are synchronous and take no more than `room`;
 * callers look at it first and flush, so that the many small members of a tree cost no promise each.
 */
export interface ChunkWriter {
  /** Bytes added so far. */
  readonly written: number;
  /** Bytes that can be added before the next flush. */
  readonly room: number;
  add(bytes: Uint8Array): void;
  /** Adds a binary string. */
  addText(text: string): void;
  addZeros(count: number): void;
  /**
   * A part of the chunk for the caller to fill, as large as asked for or as there is room; then `advance`
   * says how much was filled.
   */
  space(wanted: number): Buffer;
  advance(filled: number): void;
  /** Hands the chunk on, however full. */
  flush(): Promise<void>;
  /** Hands on the rest and waits until all has been taken. */
  end(): Promise<void>;
}

/** 1 MiB: larger ones are no quicker, smaller ones cost more changes between reading and compressing. */
export const chunkSize = 1024 * 1024;

/** One chunk is being filled while the others are on their way. */
const chunkCount = 3;

export function chunkWriter(sink: Sink): ChunkWriter {
  const chunks = chunksOnTheirWay(sink);
  let chunk: Buffer = Buffer.allocUnsafeSlow(chunkSize);
  let filled = 0;
  let handedOn = 0;

  const handOn = (): void => {
    chunks.handOn(chunk, filled);
    handedOn += filled;
    filled = 0;
  };

  return {
    get written() {
      return handedOn + filled;
    },
    get room() {
      return chunkSize - filled;
    },
    add: (bytes) => {
      if (bytes.length > chunkSize - filled) throw new RangeError('no room in the chunk');
      chunk.set(bytes, filled);
      filled += bytes.length;
    },
    addText: (text) => {
      if (text.length > chunkSize - filled) throw new RangeError('no room in the chunk');
      filled += chunk.write(text, filled, 'latin1');
    },
    addZeros: (count) => {
      if (count > chunkSize - filled) throw new RangeError('no room in the chunk');
      chunk.fill(0, filled, filled + count);
      filled += count;
    },
    space: (wanted) => chunk.subarray(filled, filled + wanted),
    advance: (bytes) => {
      filled += bytes;
    },
    flush: async () => {
      if (filled === 0) return;
      handOn();
      chunk = await chunks.free();
    },
    end: async () => {
      if (filled > 0) handOn();
      await chunks.allTaken();
    },
  };
}

interface ChunksOnTheirWay {
  handOn(chunk: Buffer, filled: number): void;
  /** A chunk to fill: one that was not used yet, else the oldest one when it has been taken. */
  free(): Promise<Buffer>;
  allTaken(): Promise<void>;
}

function chunksOnTheirWay(sink: Sink): ChunksOnTheirWay {
  const idle = Array.from({ length: chunkCount - 1 }, () => Buffer.allocUnsafeSlow(chunkSize));
  const underway: { chunk: Buffer; taken: Promise<unknown> }[] = [];
  return {
    handOn: (chunk, filled) => {
      const taken = sink(chunk.subarray(0, filled));
      // A failure is thrown where the chunk is waited for.
      taken.catch(() => {});
      underway.push({ chunk, taken });
    },
    free: async () => {
      const unused = idle.pop();
      if (unused !== undefined) return unused;
      const oldest = underway.shift();
      if (oldest === undefined) throw new Error('no chunk is under way');
      await oldest.taken;
      return oldest.chunk;
    },
    allTaken: async () => {
      for (const { taken } of underway.splice(0)) await taken;
    },
  };
}

/** Adds bytes of any length. */
export async function addAll(out: ChunkWriter, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    if (out.room === 0) await out.flush();
    const piece = bytes.subarray(at, at + out.room);
    out.add(piece);
    at += piece.length;
  }
}

/** Adds zeros up to the next multiple of `block`; a promise only where they do not fit into the chunk. */
export function padTo(out: ChunkWriter, block: number): Promise<void> | undefined {
  const count = (block - (out.written % block)) % block;
  if (count > out.room) return out.flush().then(() => out.addZeros(count));
  if (count > 0) out.addZeros(count);
  return undefined;
}
