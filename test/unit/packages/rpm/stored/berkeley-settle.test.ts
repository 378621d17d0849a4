import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { berkeleyBlobs } from '../../../../../src/packages/rpm/stored/berkeley-file.ts';
import { settledBerkeley } from '../../../../../src/packages/rpm/stored/berkeley-settle.ts';

/** A database that an rpm with Berkeley DB wrote. */
const packed = readFileSync(new URL('../../../../../fixtures/rpm-database/Packages.gz', import.meta.url));
const file = gunzipSync(packed);
const pageLength = file.readUInt32LE(20);

/** The same records, with other bytes where no record is. */
function polluted(byte: number): Buffer {
  const other = Buffer.from(file);
  other.fill(byte, 52, 72);
  for (let start = pageLength; start < other.length; start += pageLength) {
    const [count, used] = [other.readUInt16LE(start + 20), other.readUInt16LE(start + 22)];
    if (other[start + 25] === 7) other.fill(byte, start + 26 + used, start + pageLength);
    if (other[start + 25] === 13) {
      other.fill(byte, start + 26 + 2 * count, start + used);
      for (let item = 0; item < count; item++) {
        const at = start + other.readUInt16LE(start + 26 + 2 * item);
        if (other[at] === 3) other.fill(byte, at + 1, at + 4);
      }
    }
  }
  return other;
}

test('bytes of chance go, records stay', () => {
  const settled = settledBerkeley(file, 'Packages');
  expect(settled).toBeDefined();
  expect(berkeleyBlobs(settled ?? file)).toEqual(berkeleyBlobs(file));
  for (const byte of [0x55, 0xff]) {
    expect(polluted(byte)).not.toEqual(file);
    expect(settledBerkeley(polluted(byte), 'Packages')).toEqual(settled);
  }
});

test('files of one database keep numbers of their own', () => {
  expect(settledBerkeley(file, 'Name')).not.toEqual(settledBerkeley(file, 'Packages'));
});

test('what is no such file is left alone', () => {
  expect(settledBerkeley(Buffer.alloc(0), 'x')).toBeUndefined();
  expect(settledBerkeley(Buffer.alloc(4096, 7), 'x')).toBeUndefined();
});
