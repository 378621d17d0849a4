import { join } from 'node:path';
import { Command } from 'commander';
import { exists } from '../base/exists.ts';
import { configFile } from '../definition/config.ts';
import { readSite } from '../definition/site.ts';
import { type DefinitionOptions, openConfigured } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { layerCache } from './layer-cache.ts';
import { netbootDir } from './locations.ts';
import { shared } from './shared-options.ts';

interface ConfigOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `rootimg config`: the folders and files that commands use on this host. */
export function configCommand(io: CommandIo): Command {
  return new Command('config')
    .description('print which folders and files are used here')
    .option(...shared('store'))
    .option(...shared('jsonDocument'))
    .action((options: ConfigOptions) => showConfig(io, options));
}

async function showConfig(io: CommandIo, options: ConfigOptions): Promise<void> {
  const { store, config, home } = await openConfigured(io, options);
  const { installdir, tftpdir } = await readSite(store);
  const places: Readonly<Record<string, string>> = {
    definitions: (io.env['ROOTIMG_STORE'] || config.store) === 'xcat' ? 'xCAT' : join(home, 'osimage'),
    configuration: configFile(home),
    netboot: await netbootDir(io.env),
    installdir,
    images: join(installdir, 'netboot/OSVERS/ARCH/PROFILE'),
    tftpdir,
    bootfiles: join(tftpdir, 'xcat/osimage/NAME'),
    cache: layerCache(io.env, config).folder,
  };
  if (options.json) return io.stdout(`${JSON.stringify({ schema: 1, ...places }, undefined, 2)}\n`);
  const width = Math.max(...Object.keys(places).map((name) => name.length));
  for (const [name, place] of Object.entries(places)) {
    const isPattern = /[A-Z]{4}/.test(place.slice(place.lastIndexOf('/')));
    const note = isPattern || place === 'xCAT' || (await exists(place)) ? '' : ' (not there)';
    io.stdout(`${name.padEnd(width)}  ${place}${note}\n`);
  }
}
