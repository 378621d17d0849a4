import { RootimgError } from '../../../base/errors.ts';
import { run } from '../../../system/exec.ts';

/** What mkfs.erofs calls each compressor. */
const names: ReadonlyMap<string, string> = new Map([
  ['gzip', 'deflate'],
  ['pigz', 'deflate'],
  ['xz', 'lzma'],
  ['zstd', 'zstd'],
  ['lz4', 'lz4'],
  ['lz4hc', 'lz4hc'],
]);

/** Words of `-c`. */
export const erofsCompressors: readonly string[] = [...names.keys()];

const options: ReadonlyMap<string, string> = new Map([
  ['deflate', 'CONFIG_EROFS_FS_ZIP_DEFLATE'],
  ['lzma', 'CONFIG_EROFS_FS_ZIP_LZMA'],
  ['zstd', 'CONFIG_EROFS_FS_ZIP_ZSTD'],
]);

/** What a kernel must have for the compressor. */
export function erofsKernelOption(word: string): string {
  return options.get(names.get(word) ?? '') ?? 'CONFIG_EROFS_FS_ZIP';
}

/**
 * Bytes that are compressed into at a time: 5 to 10% smaller files than the 4 KiB of its default; Linux 5.13
 * and newer read it.
 */
const clusterSize = 65536;

/** argv of mkfs.erofs. The uuid of the pack is that of the file system: nothing is left to chance. */
export function mkfsErofsArgv(source: string, file: string, compressor: string, uuid: string): string[] {
  return ['mkfs.erofs', `-z${names.get(compressor)}`, `-C${clusterSize}`, '-U', uuid, file, source];
}

let asked: Promise<string | undefined> | undefined;

/** The help of this host's mkfs.erofs; undefined where it cannot be asked. */
function hostHelp(): Promise<string | undefined> {
  return (asked ??= run(['mkfs.erofs', '--help'], { okCodes: [0, 1] }).then(
    ({ stdout, stderr }) => `${stdout}\n${stderr}`,
    () => undefined,
  ));
}

/**
 * Throws `erofs-compressor` when this host's mkfs.erofs was made without the compressor; no erofs-utils is
 * not an error here.
 */
export async function checkErofsCompressor(compressor: string): Promise<void> {
  const help = await hostHelp();
  if (help === undefined) return;
  const known = knownCompressors(help);
  if (known.length === 0 || known.includes(names.get(compressor) ?? '')) return;
  const ours = [...names].flatMap(([ownName, name]) => (known.includes(name) ? [ownName] : []));
  throw new RootimgError(
    'erofs-compressor',
    `mkfs.erofs of this host does not know ${names.get(compressor)}.`,
    {
      hint: `Here it can do: ${ours.join(', ')} (packimage -c). Newer erofs-utils know more.`,
    },
  );
}

/** The compressors in the help of mkfs.erofs: one line in old versions, an indented list in newer ones. */
export function knownCompressors(help: string): string[] {
  const line = /compressors are: *(.*)/i.exec(help)?.[1];
  if (line !== undefined) return line.split(/[ ,]+/).filter((word) => word !== '');
  return [...names.values()].filter((name) => new RegExp(`^\\s+(\\[default\\] )?${name}\\b`, 'm').test(help));
}
