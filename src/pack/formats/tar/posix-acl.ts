import { RootimgError } from '../../../base/errors.ts';

const tags: Readonly<Record<number, string>> = {
  0x01: 'user:',
  0x02: 'user:',
  0x04: 'group:',
  0x08: 'group:',
  0x10: 'mask:',
  0x20: 'other:',
};

/**
 * A POSIX ACL as the kernel keeps it in an attribute (version 2: tag, permissions, id), as text with numeric
 * ids: `user::rwx,user:7:r-x`.
 */
export function aclText(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== 2 || (bytes.length - 4) % 8 !== 0) {
    throw new RootimgError('acl-unknown', 'A file of the image has an ACL of an unknown form.');
  }
  const entries: string[] = [];
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = bytes.readUInt16LE(at);
    const permissions = bytes.readUInt16LE(at + 2);
    const named = tag === 0x02 || tag === 0x08;
    const letters = [...'rwx'].map((letter, bit) => (permissions & (4 >> bit) ? letter : '-')).join('');
    entries.push(`${tags[tag] ?? 'other:'}${named ? bytes.readUInt32LE(at + 4) : ''}:${letters}`);
  }
  return entries.join(',');
}
