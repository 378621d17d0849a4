const header = { slotPages: 12, length: 32 } as const;
const slot = { length: 16, magic: 'Slot' } as const;
const blob = { head: 16, unit: 16, magic: 'BlbS' } as const;
const pageLength = 4096;

/** The blobs of an rpm database in NDB form (rpm: lib/backend/ndb/rpmpkg.c), as SUSE has them. */
export function ndbBlobs(file: Buffer): Buffer[] {
  const end = file.readUInt32LE(header.slotPages) * pageLength;
  const found: Buffer[] = [];
  for (let at = header.length; at + slot.length <= end; at += slot.length) {
    if (file.toString('latin1', at, at + 4) !== slot.magic) throw new RangeError('a slot is damaged');
    const index = file.readUInt32LE(at + 4);
    if (index === 0) continue;
    const start = file.readUInt32LE(at + 8) * blob.unit;
    if (file.toString('latin1', start, start + 4) !== blob.magic || file.readUInt32LE(start + 4) !== index) {
      throw new RangeError('a package is damaged');
    }
    const from = start + blob.head;
    const to = from + file.readUInt32LE(start + 12);
    if (to > file.length) throw new RangeError('it is cut short');
    found.push(file.subarray(from, to));
  }
  return found;
}
