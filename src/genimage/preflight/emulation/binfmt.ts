import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../../base/regular-file.ts';

/** Where the kernel shows which programs other programs run for it. */
export const binfmtFolder = '/proc/sys/fs/binfmt_misc';

/** One entry of binfmt_misc that knows its programs by their first bytes. */
export interface BinfmtEntry {
  readonly name: string;
  readonly enabled: boolean;
  /** Path on the host. */
  readonly interpreter: string;
  /** Letters, such as `POF`; F: the interpreter was opened when the entry was made. */
  readonly flags: string;
  readonly offset: number;
  readonly magic: Buffer;
  /** As long as magic. */
  readonly mask: Buffer;
}

export interface Binfmt {
  readonly mounted: boolean;
  /** False: all entries are switched off together. */
  readonly enabled: boolean;
  readonly entries: readonly BinfmtEntry[];
}

/** Reads what the kernel says (Documentation/admin-guide/binfmt-misc.rst). */
export async function readBinfmt(folder = binfmtFolder): Promise<Binfmt> {
  const status = await readTextFile(join(folder, 'status')).catch(() => undefined);
  if (status === undefined) return { mounted: false, enabled: false, entries: [] };
  const names = (await readdir(folder)).filter((name) => name !== 'status' && name !== 'register').sort();
  // An entry may go meanwhile.
  const texts = names.map((name) => readTextFile(join(folder, name)).catch(() => ''));
  const entries = (await Promise.all(texts)).map((text, index) => parseEntry(names[index] ?? '', text));
  return {
    mounted: true,
    enabled: status.trim() === 'enabled',
    entries: entries.filter((entry) => entry !== undefined),
  };
}

/** Undefined for an entry that knows its programs by the ends of their names. */
function parseEntry(name: string, text: string): BinfmtEntry | undefined {
  const value = (key: string) => new RegExp(`^${key}:? (.*)$`, 'm').exec(text)?.[1]?.trim();
  const magic = Buffer.from(value('magic') ?? '', 'hex');
  if (magic.length === 0) return undefined;
  const mask = Buffer.from(value('mask') ?? '', 'hex');
  return {
    name,
    enabled: /^enabled$/m.test(text),
    interpreter: value('interpreter') ?? '',
    flags: value('flags') ?? '',
    offset: Number(value('offset')) || 0,
    magic,
    mask: mask.length === magic.length ? mask : Buffer.alloc(magic.length, 0xff),
  };
}

/** The entry that the kernel takes for a program: of those that fit one that is switched on. */
export function entryFor({ entries }: Binfmt, program: Buffer): BinfmtEntry | undefined {
  const fitting = entries.filter(({ offset, magic, mask }) =>
    magic.every((byte, at) => (byte & (mask[at] ?? 0)) === ((program[offset + at] ?? 0) & (mask[at] ?? 0))),
  );
  return fitting.find(({ enabled }) => enabled) ?? fitting[0];
}
