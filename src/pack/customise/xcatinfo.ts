import { createHash, randomUUID } from 'node:crypto';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as `date` prints it in the C locale, always in UTC: `Thu Nov 22 22:16:21 UTC 2029`. */
export function formatDate(seconds: number): string {
  const time = new Date(seconds * 1000);
  const day = String(time.getUTCDate()).padStart(2, ' ');
  const clock = time.toISOString().slice(11, 19);
  return `${days[time.getUTCDay()]} ${months[time.getUTCMonth()]} ${day} ${clock} UTC ${time.getUTCFullYear()}`;
}

/** opt/xcat/xcatinfo (xCAT: read by its postscripts with `.`): which image this is, and which pack of it. */
export function xcatinfoText(info: { name: string; uuid: string; seconds: number }): string {
  const quoted = info.name.replaceAll("'", "'\\''");
  return `IMAGENAME='${quoted}'\nIMAGEUUID='${info.uuid}'\nTIMESTAMP='${formatDate(info.seconds)}'\n`;
}

/**
 * Stands in xcatinfo while the members that a derived uuid depends on are still being chosen; as long as a
 * real one.
 */
export const noUuid = '00000000-0000-0000-0000-000000000000';

/** A new uuid, version 4. */
export function newUuid(): string {
  return randomUUID();
}

/** Name space of our derived uuids; a version 4 uuid made once. */
const nameSpace = Buffer.from('8e2f6a3b0c514d7f9a1e5b7c2d904f63', 'hex');

export interface UuidHash {
  update(piece: string | Uint8Array): void;
  uuid(): string;
}

/** Makes the uuid (RFC 4122 version 5) that always belongs to the same bytes, given piece by piece. */
export function uuidHash(): UuidHash {
  const hash = createHash('sha1').update(nameSpace);
  return {
    update: (piece) => void hash.update(piece),
    uuid: () => {
      const bytes = hash.digest().subarray(0, 16);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
