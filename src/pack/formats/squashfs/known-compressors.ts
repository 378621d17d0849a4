import { RootimgError } from '../../../base/errors.ts';
import { run } from '../../../system/exec.ts';
import { squashfsCompressors, toolName } from './write-squashfs.ts';

let asked: Promise<readonly string[]> | undefined;

/** What mksquashfs of this host calls its compressors; none where its help does not say. */
export function hostCompressors(): Promise<readonly string[]> {
  return (asked ??= run(['mksquashfs', '-help'], { okCodes: [0, 1] }).then(
    ({ stdout, stderr }) => compressorsIn(`${stdout}\n${stderr}`),
    () => [],
  ));
}

/** From the list below `Compressors available`: names stand one tab in, their options further. */
export function compressorsIn(help: string): string[] {
  const list = /^Compressors available.*\n((?:\t.*\n)*)/m.exec(help)?.[1] ?? '';
  return [...list.matchAll(/^\t(\w+)/gm)].map(([, name = '']) => name);
}

/** Whether this host's mksquashfs may know the word of `-c`. */
export async function knowsCompressor(word: string): Promise<boolean> {
  const known = await hostCompressors();
  return known.length === 0 || known.includes(toolName(word));
}

/** Throws `squashfs-compressor` when this host's mksquashfs was made without the compressor. */
export async function checkSquashfsCompressor(word: string): Promise<void> {
  if (await knowsCompressor(word)) return;
  const known = await hostCompressors();
  const ours = squashfsCompressors.filter((one) => known.includes(toolName(one)));
  throw new RootimgError('squashfs-compressor', `mksquashfs of this host does not know ${toolName(word)}.`, {
    hint: `Here it can do: ${ours.join(', ')} (packimage -c). Newer squashfs-tools know more.`,
  });
}
