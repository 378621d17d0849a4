import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { nevra } from '../../plan/package-id.ts';
import { keepOrigins } from '../origins.ts';
import type { Zypper } from './zypper-call.ts';

/** Writes down, for the manifest, from which repository zypper installed each package. */
export async function recordOrigins({ site, host }: Zypper): Promise<void> {
  const text = await readTextFile(join(host.shared, 'history')).catch(() => '');
  await keepOrigins(site.temporary, readHistory(text));
}

/**
 * Lines such as `2026-11-29 06:24:57|install|bash|1:5.2-1|x86_64|root@host|pkgdir-0|digest|` of zypper's
 * history; a package that was named by its path has a repository of zypper's own.
 */
export function readHistory(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, what, name = '', version = '', arch = '', , id = ''] = line.split('|');
      if (what !== 'install') return [];
      const word = nevra({ name, version: version.replace(/^0:/, ''), arch });
      return [[word, /^[a-z]+-\d+$/.test(id) ? id : '@commandline'] as const];
    }),
  );
}
