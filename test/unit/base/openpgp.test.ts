import { describe, expect, it } from 'vitest';
import { readPublicKeys } from '../../../src/base/openpgp.ts';

/** Made by gpg 2.2 on 1 January 2024, for two years. */
const armoured = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZZIAgBYJKwYBBAHaRw8BAQdAWb7rr3YK2YXiFtSuuQYiPj1Dya/NBL7cAx3a
aLuUov+0IFNpdGUgUGFja2FnZXMgPHJwbUBzaXRlLmV4YW1wbGU+iJYEExYIAD4W
IQRsx0zfAIYEbFQx1nJ1jQefMybNCwUCZZIAgAIbAwUJA8JnAAULCQgHAgYVCgkI
CwIEFgIDAQIeAQIXgAAKCRB1jQefMybNC0E7AQC6L9GIeQY5bpIFofZeGBtG/94D
H3MXKhuFO5XMi9XaBwD/dGpmSNihpuoMuHxeRYMO/wPO5OlIcgwWJPE0ydnu3AE=
=NyVT
-----END PGP PUBLIC KEY BLOCK-----
`;
/** The same key after its owner has revoked it. */
const revoked = Buffer.from(
  'mDMEZZIAgBYJKwYBBAHaRw8BAQdAWb7rr3YK2YXiFtSuuQYiPj1Dya/NBL7cAx3aaLuUov+IeAQgFggAIBYhBGzHTN8AhgRsVDHWcnWN' +
    'B58zJs0LBQJlkgCAAh0AAAoJEHWNB58zJs0LoqsBAIV/ZBhJTIFvM4/80hNnTU2xL9xr8d1Be/hZhSvSBwLCAP9JBNQSLfWwAk1B7Z+G' +
    'sLc1r+aBQPby5MGsg0ejtMtQAbQgU2l0ZSBQYWNrYWdlcyA8cnBtQHNpdGUuZXhhbXBsZT6IlgQTFggAPhYhBGzHTN8AhgRsVDHWcnWN' +
    'B58zJs0LBQJlkgCAAhsDBQkDwmcABQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEHWNB58zJs0LQTsBALov0Yh5BjlukgWh9l4YG0b/' +
    '3gMfcxcqG4U7lcyL1doHAP90amZI2KGm6gy4fF5Fgw7/A87k6UhyDBYk8TTJ2e7cAQ==',
  'base64',
);
const key = {
  fingerprint: '6CC74CDF0086046C5431D672758D079F3326CD0B',
  userIds: ['Site Packages <rpm@site.example>'],
  created: '2024-01-01T00:00:00.000Z',
  expires: '2025-12-31T00:00:00.000Z',
};

/** A packet of the new form with a short body. */
function packet(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | tag, body.length]), body]);
}

/** A signature of version 4 by `issuer` on the name before it, with what is hashed and what anybody can add. */
function signature(issuer: string, made: number, hashed: Buffer, unhashed: Buffer = Buffer.alloc(0)): Buffer {
  const time = Buffer.from([5, 2, 0, 0, 0, 0]);
  time.writeUInt32BE(made, 2);
  const who = Buffer.concat([Buffer.from([9, 16]), Buffer.from(issuer, 'hex')]);
  const parts = [Buffer.concat([time, hashed]), Buffer.concat([who, unhashed])];
  const areas = parts.map((area) => Buffer.concat([Buffer.from([0, area.length]), area]));
  return packet(2, Buffer.concat([Buffer.from([4, 0x13, 22, 8]), ...areas, Buffer.alloc(6)]));
}

/** The subpacket that lets the key end so many seconds after it was made. */
function endsAfter(seconds: number): Buffer {
  const bytes = Buffer.from([5, 9, 0, 0, 0, 0]);
  bytes.writeUInt32BE(seconds, 2);
  return bytes;
}

const body = Buffer.from([4, 0, 0, 0, 100, 22, 1, 2, 3]);
const own = readPublicKeys(packet(6, body))[0]?.fingerprint.slice(-16) ?? '';
const named = Buffer.concat([packet(6, body), packet(13, Buffer.from('A'))]);
const endOf = (...packets: Buffer[]) => readPublicKeys(Buffer.concat([named, ...packets]))[0]?.expires;

describe('readPublicKeys', () => {
  it('reads what gpg wrote: fingerprint, name, and when it ends', () => {
    expect(readPublicKeys(Buffer.from(armoured))).toEqual([key]);
  });

  it('reads the day on which its owner revoked it', () => {
    expect(readPublicKeys(revoked)).toEqual([{ ...key, revoked: '2024-01-01T00:00:00.000Z' }]);
  });

  it('reads several blocks in one file', () => {
    expect(readPublicKeys(Buffer.from(`${armoured}\n${armoured}`))).toEqual([key, key]);
  });

  it('passes over keys of version 3, and what is cut off', () => {
    expect(readPublicKeys(packet(6, Buffer.from([3, 0, 0, 0, 1, 0, 0, 1])))).toEqual([]);
    expect(readPublicKeys(packet(6, Buffer.from([4, 0])))).toEqual([]);
    expect(readPublicKeys(revoked.subarray(0, 20))).toEqual([]);
  });

  it('takes the end from the newest of the signatures on a name', () => {
    const [older, newer] = [signature(own, 1, endsAfter(50)), signature(own, 2, endsAfter(60))];
    expect(endOf(older, newer)).toBe('1970-01-01T00:02:40.000Z');
    expect(endOf(newer, older)).toBe('1970-01-01T00:02:40.000Z');
  });

  it.each([
    ['somebody else signs', signature('00'.repeat(8), 1, endsAfter(50))],
    ['it is not hashed', signature(own, 1, Buffer.alloc(0), endsAfter(50))],
    ['it is of a subkey', Buffer.concat([packet(14, body), signature(own, 1, endsAfter(50))])],
    ['the signature says 0 seconds', signature(own, 1, endsAfter(0))],
  ])('does not believe an end where %s', (_, added) => {
    expect(endOf(added)).toBeUndefined();
  });
});
