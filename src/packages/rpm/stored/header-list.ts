/** What each header of a list begins with (rpm: docs/manual/format_header.md). */
const magic = Buffer.from([0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]);
const entryLength = 16;
const int32 = 4;

const tag = {
  name: 1000,
  version: 1001,
  release: 1002,
  arch: 1022,
  installTime: 1008,
  installTid: 1128,
} as const;

/**
 * The headers of what `rpmdb --exportdb` writes, sorted by name, version, release, architecture. Throws
 * RangeError for what is none.
 */
export function headersByPackage(list: Buffer): Buffer[] {
  const headers: { readonly key: string; readonly bytes: Buffer }[] = [];
  for (let start = 0; start < list.length;) {
    if (!list.subarray(start, start + 8).equals(magic)) throw new RangeError('it is no list of headers');
    const { data, length } = sizes(list.subarray(start));
    const bytes = list.subarray(start, start + data + length);
    if (bytes.length < data + length) throw new RangeError('a header is cut short');
    headers.push({ key: keyOf(bytes), bytes });
    start += data + length;
  }
  return headers.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ bytes }) => bytes);
}

/** The same header, its package installed at `time` (seconds since 1970) by a transaction of that time. */
export function withInstallTime(header: Buffer, time: number): Buffer {
  const changed = Buffer.from(header);
  for (const { id, kind, at } of entries(header)) {
    const isTime = id === tag.installTime || id === tag.installTid;
    if (isTime && kind === int32) changed.writeUInt32BE(time, at);
  }
  return changed;
}

function keyOf(header: Buffer): string {
  const found = new Map([...entries(header)].map(({ id, at }) => [id, at]));
  const words = [tag.name, tag.version, tag.release, tag.arch].map((id) => {
    const at = found.get(id);
    return at === undefined ? '' : header.toString('utf8', at, header.indexOf(0, at));
  });
  // gpg-pubkey has many of one name and no architecture.
  return words.join('\0');
}

function sizes(header: Buffer): { count: number; data: number; length: number } {
  const count = header.readUInt32BE(8);
  return { count, data: 16 + entryLength * count, length: header.readUInt32BE(12) };
}

function* entries(header: Buffer): Generator<{ id: number; kind: number; at: number }> {
  const { count, data } = sizes(header);
  for (let index = 0; index < count; index++) {
    const entry = 16 + entryLength * index;
    const [id, kind, offset] = [0, 4, 8].map((place) => header.readInt32BE(entry + place));
    yield { id: id ?? 0, kind: kind ?? 0, at: data + (offset ?? 0) };
  }
}
