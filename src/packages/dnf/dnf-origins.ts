import { emptyRecord } from '../../base/own.ts';
import { keepOrigins } from '../origins.ts';
import { callDnf, type Dnf } from './dnf-call.ts';

/**
 * Writes down, for the manifest, from which repository dnf installed each package. Asked before the database
 * becomes the image's own.
 */
export async function recordOrigins(dnf: Dnf): Promise<void> {
  const names = ['--cacheonly', '--installed', ...dnf.dialect.askOrigins];
  const argv = dnf.dialect.argv(dnf.session, { command: 'repoquery', names, repositories: [] });
  const task = { command: 'repoquery', environment: [] } as const;
  const { stdout } = await callDnf(dnf, argv, task, { network: false, asks: false });
  await keepOrigins(dnf.site.temporary, readOriginLines(stdout));
}

/** `bash-0:5.2-1.x86_64 pkgdir-0`, a line each; what was not installed by dnf (keys) has none. */
export function readOriginLines(output: string): Record<string, string> {
  const origins = emptyRecord<string>();
  for (const line of output.split('\n')) {
    const [nevra = '', id] = line.trim().split(' ');
    if (id !== undefined && id !== '' && !id.startsWith('<')) origins[nevra.replace(/-0:/, '-')] = id;
  }
  return origins;
}
