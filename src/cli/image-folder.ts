import { join } from 'node:path';
import type { Config } from '../definition/config.ts';
import { readOsimage } from '../definition/osimage.ts';
import { readSite, type Site } from '../definition/site.ts';
import { throwProblems } from '../base/errors.ts';
import { checkNeededAttributes } from '../resolve/check-definition.ts';
import type { ImageDefinition } from '../resolve/definition.ts';
import { rootimgdirOf } from '../resolve/usual-folders.ts';
import { type DefinitionOptions, openConfigured } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';
import { problemLines } from './print-error.ts';
import { otherImageWarnings } from './shared-folder.ts';

/** Where the files of a defined image are. */
export interface ImageFolder {
  readonly name: string;
  readonly definition: ImageDefinition;
  readonly site: Site;
  readonly config: Config;
  /** The folder of the configuration, where the root password's hash lies. */
  readonly home: string;
  readonly rootimgdir: string;
  /** Where kernel and initrd are copied for nodes that boot by TFTP. */
  readonly tftpImageDir: string;
}

/** Finds them for the image of that name. Throws when it is not defined, or not whole. */
export async function findImageFolder(
  io: CommandIo,
  name: string,
  options: DefinitionOptions,
): Promise<ImageFolder> {
  const { store, config, home } = await openConfigured(io, options);
  const definition = await readOsimage(store, name);
  throwProblems(checkNeededAttributes(name, definition));
  const site = await readSite(store);
  const rootimgdir = rootimgdirOf(definition, site.installdir, io.cwd);
  const tftpImageDir = join(site.tftpdir, 'xcat/osimage', name);
  for (const warning of await otherImageWarnings(rootimgdir, name)) {
    io.stderr(problemLines(warning, 'Warning'));
  }
  return { name, definition, site, config, home, rootimgdir, tftpImageDir };
}
