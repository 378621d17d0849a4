import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyRecord } from '../../base/own.ts';
import type { Build } from '../../genimage/build-context.ts';
import { dnfArgv } from './dnf-argv.ts';
import { callDnf, type Dnf } from './dnf-call.ts';

const fileName = 'package-origins.json';

/** Writes down, for the manifest, from which repository dnf installed each package. Asked before the database becomes the image's own. */
export async function recordOrigins(build: Build, dnf: Dnf): Promise<void> {
  const options = [
    '--cacheonly',
    '--installed',
    '--queryformat',
    '%{name}-%{epoch}:%{version}-%{release}.%{arch} %{from_repo}',
  ];
  const argv = dnfArgv(dnf.session, { command: 'repoquery', names: options, repositories: [] });
  const task = { command: 'repoquery', environment: [] } as const;
  const { stdout } = await callDnf(build, dnf, argv, task, { network: false, asks: false });
  await keepOrigins(build, readOriginLines(stdout));
}

/** Makes these the origins that findOrigins gives. */
export async function keepOrigins(build: Build, origins: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(join(build.temporary, fileName), JSON.stringify(origins));
}

/** Id of the repository by NEVRA as rpm writes it (no `0:`); empty in a run that installed nothing. */
export async function findOrigins(build: Build): Promise<Map<string, string>> {
  const text = await readFile(join(build.temporary, fileName), 'utf8').catch(() => '{}');
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}

/** `bash-0:5.2-1.x86_64 pkgdir-0`, a line each; what was not installed by dnf (keys) has none. */
export function readOriginLines(output: string): Record<string, string> {
  const origins = emptyRecord<string>();
  for (const line of output.split('\n')) {
    const [nevra = '', id] = line.trim().split(' ');
    if (id !== undefined && id !== '') origins[nevra.replace(/-0:/, '-')] = id;
  }
  return origins;
}
