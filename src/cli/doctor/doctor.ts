import { Command } from 'commander';
import { readSite } from '../../definition/site.ts';
import { readHostRelease } from '../../genimage/preflight/release.ts';
import { openConfigured } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { layerCache } from '../layer-cache.ts';
import { shared } from '../shared-options.ts';
import { bootFindings, buildFindings, emulateFinding, packFindings, serveFindings } from './abilities.ts';
import type { Finding } from './finding.ts';
import { hostFindings } from './host.ts';
import { hostSystemOf, packageHere } from '../../family/host-system.ts';

interface DoctorOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** `rootimg doctor`: what this host can do, and what to install for the rest. */
export function doctorCommand(io: CommandIo): Command {
  return new Command('doctor')
    .description('tell what this host can build, pack, boot and serve, and what to install for the rest')
    .option(...shared('jsonDocument'))
    .option(...shared('store'))
    .action((options: DoctorOptions) => doctor(io, options));
}

async function doctor(io: CommandIo, options: DoctorOptions): Promise<void> {
  const { store, config } = await openConfigured(io, options);
  const { installdir, tftpdir } = await readSite(store);
  const host = await readHostRelease();
  const cache = layerCache(io.env, config);
  const findings = [
    ...(await buildFindings()),
    await emulateFinding(host),
    ...(await packFindings()),
    ...(await bootFindings()),
    ...(await serveFindings(installdir, tftpdir)),
    ...(await hostFindings([
      { what: 'space for images', folder: installdir },
      { what: 'space for the cache', folder: cache.folder },
    ])),
  ];
  const system = hostSystemOf(host);
  const packages = missingPackages(findings, system?.names ?? 'el');
  const healthy = isHealthy(findings);
  io.exitCode = healthy ? 0 : 1;
  if (options.json) {
    const document = { schema: 1, host: host.name, healthy, findings, packages, install: system?.install };
    return io.stdout(`${JSON.stringify(document, undefined, 2)}\n`);
  }
  io.stdout(`${host.name}\n\n${table(findings)}`);
  if (packages.length > 0) {
    const how = system === undefined ? 'Install' : `  ${system.install}`;
    io.stdout(`\nFor everything that is not there:\n${how} ${packages.join(' ')}\n`);
  }
  if (!healthy) io.stderr('Error: this host cannot do its part: see "wrong" and "pack" above.\n');
}

/** A host that packs nothing, or has something wrong, is of no use; one that only cannot build may be. */
export function isHealthy(findings: readonly Finding[]): boolean {
  const packs = findings.some(({ topic, state }) => topic === 'pack' && state === 'yes');
  return packs && findings.every(({ state }) => state !== 'wrong');
}

/** Packages for all that is missing, each once. */
export function missingPackages(
  findings: readonly Finding[],
  names: Parameters<typeof packageHere>[1],
): string[] {
  const missing = findings.flatMap(({ missing = [] }) => missing);
  return [...new Set(missing.map(({ from }) => packageHere(from, names)))].sort();
}

function table(findings: readonly Finding[]): string {
  let last = '';
  const lines = findings.map(({ topic, what, state, note }) => {
    const title = topic === last ? '' : topic;
    last = topic;
    return [title.padEnd(9), state.padEnd(6), what, ...(note === undefined ? [] : [`(${note})`])].join(' ');
  });
  return lines.map((line) => `${line}\n`).join('');
}
