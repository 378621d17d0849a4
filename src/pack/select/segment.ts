import type { ByteSet } from './byte-set.ts';

/** A part of a pattern between two `*`: as many bytes as it has places. */
export interface Segment {
  readonly length: number;
  /** True when it stands in the text (binary) at this place. */
  standsAt(text: string, at: number): boolean;
  /**
   * The first place from `from` on where it stands; -1 for none. Takes time that grows with the text,
   * whatever the text is.
   */
  find(text: string, from: number): number;
}

/** A segment of characters that stand for themselves. */
export function literalSegment(literal: string): Segment {
  return {
    length: literal.length,
    standsAt: (text, at) => text.startsWith(literal, at),
    find: (text, from) => text.indexOf(literal, from),
  };
}

const wordBits = 32;

/** A segment with a set of bytes for each of its places. */
export function setSegment(sets: readonly ByteSet[]): Segment {
  const { length } = sets;
  const standsAt = (text: string, at: number): boolean => {
    if (at + length > text.length) return false;
    for (let place = 0; place < length; place++) {
      if (sets[place]?.[text.charCodeAt(at + place)] !== 1) return false;
    }
    return true;
  };
  let search: Segment['find'] | undefined;
  return {
    length,
    standsAt,
    find: (text, from) => {
      // Where it stands mostly is where it is looked for first: the table of the search is made when it is
      // needed.
      if (standsAt(text, from)) return from;
      search ??= shiftAnd(sets);
      return search(text, from);
    },
  };
}

/**
 * Baeza-Yates and Gonnet's search: one bit for each place says whether the text that has been read ends in
 * the first so many places. Work for one byte of the text: one step for 32 places.
 */
function shiftAnd(sets: readonly ByteSet[]): Segment['find'] {
  const words = Math.ceil(sets.length / wordBits);
  const masks = new Int32Array(256 * words);
  for (const [place, set] of sets.entries()) {
    for (let code = 0; code < 256; code++) {
      const at = code * words + Math.floor(place / wordBits);
      if (set[code] === 1) masks[at] = (masks[at] ?? 0) | (1 << (place % wordBits));
    }
  }
  const lastBit = 1 << ((sets.length - 1) % wordBits);
  if (words === 1) {
    // Most are short: no array for one number.
    return (text, from) => {
      let state = 0;
      for (let at = from; at < text.length; at++) {
        state = ((state << 1) | 1) & (masks[text.charCodeAt(at)] ?? 0);
        if ((state & lastBit) !== 0) return at + 1 - sets.length;
      }
      return -1;
    };
  }
  return (text, from) => {
    const state = new Int32Array(words);
    for (let at = from; at < text.length; at++) {
      const row = text.charCodeAt(at) * words;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const before = state[word] ?? 0;
        state[word] = ((before << 1) | carry) & (masks[row + word] ?? 0);
        carry = before >>> (wordBits - 1);
      }
      if (((state[words - 1] ?? 0) & lastBit) !== 0) return at + 1 - sets.length;
    }
    return -1;
  };
}
