import { cpio } from './cpio.ts';
import { erofs } from './erofs.ts';
import type { Format } from './format.ts';
import { squashfs } from './squashfs.ts';
import { tar } from './tar.ts';

/** All formats, the usual one first. */
export const formats: readonly [Format, ...Format[]] = [cpio, tar, squashfs, erofs];

export const defaultFormat = formats[0];

/** Those that can be packed in layers, the usual one for it first. */
export const layerFormats: readonly Format[] = formats.filter(({ writeLayer }) => writeLayer !== undefined);

/** Words of `-m`. */
export const methods: readonly string[] = formats.map(({ name }) => name);

/** Words of `-c` that any format has. */
export const compressors: readonly string[] = [...new Set(formats.flatMap((format) => format.compressors))];

/** The format of a name that was checked when the plan was made. */
export function formatOf(name: string): Format {
  const format = formats.find((one) => one.name === name);
  if (format === undefined) throw new RangeError(`no format ${name}`);
  return format;
}
