import { expect, test } from 'vitest';
import { newer, readSignature } from '../../../src/base/openpgp-signature.ts';

const subpacket = (kind: number, hex: string) => {
  const value = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from([value.length + 1, kind]), value]);
};
/** A signature of version 4 on a subkey, with what is hashed and what is not. */
const signature = (hashed: Buffer[], open: Buffer[] = []) => {
  const area = (parts: Buffer[]) => {
    const bytes = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  return Buffer.concat([Buffer.from([4, 0x18, 22, 8]), area(hashed), area(open)]);
};
const created = subpacket(2, '00000064');
const issuer = subpacket(16, '0123456789abcdef');

test('says when it was made, until when the key counts, and whether it signs', () => {
  const bytes = signature([created, subpacket(9, '00000e10'), subpacket(27, '02')], [issuer]);
  expect(readSignature(bytes)).toEqual({
    ...{ type: 0x18, created: 100, keyExpires: 3600, maySign: true, issuers: ['0123456789ABCDEF'] },
  });
  expect(readSignature(signature([created, subpacket(27, '0c')]))?.maySign).toBe(false);
  expect(readSignature(signature([created]))).toEqual({ type: 0x18, created: 100, issuers: [] });
});

test('what is not hashed says nothing but who signed', () => {
  const bytes = signature([created], [subpacket(9, '00000e10'), subpacket(27, '02'), issuer]);
  expect(readSignature(bytes)).toEqual({ type: 0x18, created: 100, issuers: ['0123456789ABCDEF'] });
});

test('none of another version, and none that is cut off', () => {
  const bytes = signature([created], [issuer]);
  expect(readSignature(Buffer.concat([Buffer.from([5]), bytes.subarray(1)]))).toBeUndefined();
  for (let length = 0; length < bytes.length; length += 1) {
    expect(readSignature(bytes.subarray(0, length))).toBeUndefined();
  }
});

test('the newer of two; of the same second the second', () => {
  const at = (created: number, type: number) => ({ created, type, issuers: [] });
  expect(newer(undefined, at(1, 0))).toEqual(at(1, 0));
  expect(newer(at(2, 0), at(1, 1))).toEqual(at(2, 0));
  expect(newer(at(1, 0), at(1, 1))).toEqual(at(1, 1));
});
