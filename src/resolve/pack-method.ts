import type { Problem } from '../base/errors.ts';
import type { Format } from '../pack/formats/format.ts';
import { compressors, defaultFormat, formats, layerFormats, methods } from '../pack/formats/formats.ts';

/** The format of `-m`, the usual one when it was not given, or the problem in xCAT's words. */
export function readMethod(asked: string = defaultFormat.name): Format | Problem {
  return (
    formats.find(({ name }) => name === asked) ?? {
      code: 'pack-method',
      message: `Invalid archive method '${asked}' requested`,
      hint: `Known: ${methods.join(', ')}`,
    }
  );
}

/** What is wrong with packing in layers in this format; nothing for those that nodes mount. */
export function layerProblems({ name, writeLayer }: Format): Problem[] {
  if (writeLayer !== undefined) return [];
  return [
    {
      code: 'pack-layers',
      message: `${name} cannot be packed in layers: nodes unpack it, and nothing that a layer takes away would be gone.`,
      hint: `Layers go with ${layerFormats.map((one) => `-m ${one.name}`).join(' or ')}, which nodes mount one above the other.`,
    },
  ];
}

/**
 * The compressor of `-c` for a format, or the problem in xCAT's words. For a method that is none, any will
 * do.
 */
export function readCompressor(asked: string, format: Format | undefined): string | Problem {
  const known = format?.compressors ?? compressors;
  if (known.includes(asked)) return asked;
  return {
    code: 'pack-compressor',
    message: `Invalid compress method '${asked}' requested`,
    hint: `Known${format === undefined ? '' : ` for ${format.name}`}: ${known.join(', ')}`,
  };
}
