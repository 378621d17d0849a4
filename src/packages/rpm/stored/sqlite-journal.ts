const head = 32;
const frameHead = 24;
const magic = 0x377f0682;

/**
 * The pages that SQLite's write-ahead log has in newer form, by number: those of transactions that were ended,
 * up to the first frame that is of an earlier round or whose sum is wrong.
 */
export function withJournal(journal: Buffer | undefined, pageLength: number): ReadonlyMap<number, Buffer> {
  const pages = new Map<number, Buffer>();
  if (journal === undefined || journal.length < head) return pages;
  const first = journal.readUInt32BE(0);
  if ((first & ~1) !== magic || journal.readUInt32BE(8) !== pageLength) return pages;
  const isBig = (first & 1) === 1;
  const salts = journal.subarray(16, 24);
  let sum = sums(journal.subarray(0, 24), [0, 0], isBig);
  const pending = new Map<number, Buffer>();
  for (let at = head; at + frameHead + pageLength <= journal.length; at += frameHead + pageLength) {
    const content = journal.subarray(at + frameHead, at + frameHead + pageLength);
    sum = sums(content, sums(journal.subarray(at, at + 8), sum, isBig), isBig);
    const isWhole = sum[0] === journal.readUInt32BE(at + 16) && sum[1] === journal.readUInt32BE(at + 20);
    if (!isWhole || !journal.subarray(at + 8, at + 16).equals(salts)) break;
    pending.set(journal.readUInt32BE(at), content);
    // The last frame of a transaction says how long the database is.
    if (journal.readUInt32BE(at + 4) === 0) continue;
    for (const [number, page] of pending) pages.set(number, page);
    pending.clear();
  }
  return pages;
}

type Sum = readonly [number, number];

function sums(bytes: Buffer, [a, b]: Sum, isBig: boolean): Sum {
  const word = (at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  let [one, two] = [a, b];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + word(at) + two) >>> 0;
    two = (two + word(at + 4) + one) >>> 0;
  }
  return [one, two];
}
