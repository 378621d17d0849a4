import { run } from './exec.ts';

/** bsdtar's environment: under `C` it refuses the names that an archive has as UTF-8, but for English letters. */
export const archiveLocale = { LC_ALL: 'C.UTF-8' };

/**
 * What bsdtar takes a file for, such as `ISO9660 with Rockridge extensions`, with its compression: `none`;
 * undefined when it knows no such file. Reads no more of the file than that takes.
 */
export async function archiveFormat(
  path: string,
): Promise<{ readonly format: string; readonly compression: string } | undefined> {
  const { stdout } = await run(formatArgv(path), { okCodes: [0, 1], env: archiveLocale });
  const [, format, compression] =
    /^Archive Format: (.+?),\s+Compression: (.+)$/.exec(stdout.trimEnd().split('\n').at(-1) ?? '') ?? [];
  if (format === undefined || compression === undefined || format === '(null)') return undefined;
  return { format, compression };
}

/**
 * argv that ends with a line about the format; `.` ends the listing early where it is the first member, as on
 * ISO files.
 */
export function formatArgv(path: string): string[] {
  return ['bsdtar', '-tvvvqf', path, '.'];
}
