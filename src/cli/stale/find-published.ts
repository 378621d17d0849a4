import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import type { KnownPack, PublishedImage } from '../../inspect/stale/published-image.ts';
import { definitionWords } from '../../netboot/definition-words.ts';
import { entriesOf, listGenerations, readManifest } from '../../pack/publish/generations.ts';
import { initrdName, kernelName } from '../../plan/generation.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { attribute } from '../../resolve/definition.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { throwIfStopped } from '../../system/signals.ts';
import type { DefinitionOptions } from '../definitions/definitions.ts';
import { findImageFolder } from '../image-folder.ts';
import type { CommandIo } from '../io.ts';

/** What the image of this name gives to its nodes, or why nobody knows. */
export async function findPublished(
  io: CommandIo,
  name: string,
  options: DefinitionOptions,
): Promise<PublishedImage | string> {
  try {
    const { definition, rootimgdir } = await findImageFolder(io, name, options);
    const manifest = await readManifest(rootimgdir);
    if (manifest === undefined) return `${rootimgdir} has no manifest: it was never built here`;
    const [kernel, initrd] = await Promise.all(
      [kernelName, initrdName].map((file) => fileDigest(join(rootimgdir, file)).catch(throwIfStopped)),
    );
    const { words } = definitionWords({
      addkcmdline: attribute(definition, 'addkcmdline'),
      dump: attribute(definition, 'dump'),
      crashkernelsize: attribute(definition, 'crashkernelsize'),
    });
    const generations = await keptPacks(name, rootimgdir);
    return {
      ...{ name, rootimgdir, words, generations },
      published: { label: name, manifest, folder: folderOf(manifest, rootimgdir, generations) },
      ...(kernel !== undefined && { kernel }),
      ...(initrd !== undefined && { initrd }),
      entries: new Set((await entriesOf(rootimgdir)).keys()),
    };
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    return error.message;
  }
}

async function keptPacks(name: string, rootimgdir: string): Promise<Map<number, KnownPack>> {
  const packs = new Map<number, KnownPack>();
  for (const { number, folder, manifest } of await listGenerations(rootimgdir)) {
    if (manifest !== undefined) packs.set(number, { label: `${name}@${number}`, manifest, folder });
  }
  return packs;
}

/** That of its kept set, where there is one: what is found out of it is known after the next pack too. */
function folderOf(
  { pack }: Manifest,
  rootimgdir: string,
  generations: ReadonlyMap<number, KnownPack>,
): string {
  const kept = pack?.generation === undefined ? undefined : generations.get(pack.generation);
  return kept !== undefined && kept.manifest.pack?.sha256 === pack?.sha256 ? kept.folder : rootimgdir;
}
