import { join, resolve } from 'node:path';
import { readOsimage } from '../definition/osimage.ts';
import { readSite } from '../definition/site.ts';
import { throwProblems } from '../errors.ts';
import { checkNeededAttributes } from '../resolve/check-definition.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import { type DefinitionOptions, openDefinitions } from './definitions/definitions.ts';
import type { CommandIo } from './io.ts';

/** Where the files of a defined image are. */
export interface ImageFolder {
  readonly name: string;
  readonly definition: ImageDefinition;
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
  const store = await openDefinitions(io, options);
  const definition = await readOsimage(store, name);
  throwProblems(checkNeededAttributes(name, definition));
  const { installdir, tftpdir } = await readSite(store);
  const of = (key: string) => attribute(definition, key) ?? '';
  const usual = join(installdir, 'netboot', of('osvers'), of('osarch'), of('profile'));
  const rootimgdir = resolve(io.cwd, attribute(definition, 'rootimgdir') ?? usual);
  return { name, definition, rootimgdir, tftpImageDir: join(tftpdir, 'xcat/osimage', name) };
}
