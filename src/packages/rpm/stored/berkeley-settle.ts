/** Of Berkeley DB: src/dbinc/db_page.h. */
const hashMagic = 0x061561;
const treeMagic = 0x053162;
const page = {
  hashUnsorted: 2,
  treeInternal: 3,
  treeLeaf: 5,
  overflow: 7,
  hashMeta: 8,
  treeMeta: 9,
  hash: 13,
} as const;
const free = 0;
const pageHead = 26;
/** By which processes tell open files apart: of time, process and device. */
const fileId = { start: 52, end: 72 } as const;
/** A key or value with its bytes; all other kinds say where these are. */
const inPage = 1;

/**
 * The file of a database of Berkeley DB without what its writer's memory held by chance: the space that no item
 * takes, the filling behind items, and the number of the file, which becomes that of `name`. The same records,
 * put in in the same order, are the same bytes then. Either byte order; undefined for what is no such file.
 */
export function settledBerkeley(file: Buffer, name: string): Buffer | undefined {
  if (file.length < 512) return undefined;
  const isMagic = (magic: number) => magic === hashMagic || magic === treeMagic;
  const isBig = isMagic(file.readUInt32BE(12));
  if (!isBig && !isMagic(file.readUInt32LE(12))) return undefined;
  const settled = Buffer.from(file);
  const half = (at: number) => (isBig ? settled.readUInt16BE(at) : settled.readUInt16LE(at));
  const length = isBig ? settled.readUInt32BE(20) : settled.readUInt32LE(20);
  if (length < 512 || length > 65_536) return undefined;
  for (let start = 0; start + length <= settled.length; start += length) {
    settlePage(settled.subarray(start, start + length), (at) => half(start + at), name);
  }
  return settled;
}

function settlePage(bytes: Buffer, half: (at: number) => number, name: string): void {
  const kind = bytes[25];
  if (kind === page.hashMeta || kind === page.treeMeta) {
    bytes.fill(0, fileId.start, fileId.end);
    bytes.write(name.slice(0, fileId.end - fileId.start), fileId.start, 'latin1');
  } else if (kind === page.overflow) {
    bytes.fill(0, pageHead + half(22));
  } else if (kind === free) {
    bytes.fill(0, pageHead);
  } else if (kind === page.hash || kind === page.hashUnsorted) {
    for (const at of itemsOf(bytes, half)) if (bytes[at] !== inPage) bytes.fill(0, at + 1, at + 4);
  } else if (kind === page.treeLeaf || kind === page.treeInternal) {
    for (const at of itemsOf(bytes, half)) settleTreeItem(bytes, half, at, kind === page.treeInternal);
  }
}

/** Where the items of a page are; what is between their list and the first of them is cleared. */
function itemsOf(bytes: Buffer, half: (at: number) => number): number[] {
  const count = half(20);
  const items = Array.from({ length: count }, (_, index) => half(pageHead + 2 * index));
  bytes.fill(0, pageHead + 2 * count, half(22) === 0 ? bytes.length : half(22));
  return items;
}

function settleTreeItem(bytes: Buffer, half: (at: number) => number, at: number, isInternal: boolean): void {
  const isHere = (bytes[at + 2] ?? 0) % 0x80 === inPage;
  const head = isInternal ? 12 : 3;
  if (isInternal) bytes.fill(0, at + 3, at + 4);
  else if (!isHere) {
    bytes.fill(0, at, at + 2);
    bytes.fill(0, at + 3, at + 4);
    return;
  }
  const end = at + head + half(at);
  bytes.fill(0, end, Math.ceil(end / 4) * 4);
}
