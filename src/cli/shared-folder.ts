import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { readIfThere } from '../base/read-if-there.ts';
import type { DefinitionObject } from '../definition/object.ts';
import { readSite } from '../definition/site.ts';
import type { Store } from '../definition/store.ts';
import { isSameImage } from '../plan/same-image.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import { rootimgdirOf } from '../resolve/usual-folders.ts';

/**
 * The warning that the image in a folder, as its manifest says, is another one than `name`. Nothing to warn
 * of where there is no image, or none that can be read.
 */
export async function otherImageWarnings(rootimgdir: string, name: string): Promise<Problem[]> {
  const text = await readIfThere(join(rootimgdir, 'manifest.json')).catch(() => undefined);
  if (text === undefined) return [];
  // Not loaded by a dry run that finds no image.
  const { parseManifest } = await import('../plan/manifest.ts');
  const { otherImage } = await import('../plan/other-image.ts');
  const other = otherImage(parseManifest(text), name);
  if (other === undefined) return [];
  return [
    {
      code: 'other-image',
      message: `The image in ${rootimgdir}, rootimgdir of '${name}', is '${other}'.`,
      hint: `Give '${name}' a rootimgdir of its own. genimage and packimage of '${name}' refuse without --force.`,
    },
  ];
}

/**
 * Warnings about those of these objects that are images: another image lies in their rootimgdir, or another
 * definition has the same one.
 */
export async function sharedFolderWarnings(
  store: Store,
  cwd: string,
  objects: readonly DefinitionObject[],
): Promise<Problem[]> {
  const own = objects.filter((object) => object.type === 'osimage' && hasFolder(object));
  if (own.length === 0) return [];
  const { installdir } = await readSite(store);
  const folderOf = async (image: ImageDefinition) => {
    const folder = rootimgdirOf(image, installdir, cwd);
    return realpath(folder).catch(() => folder);
  };
  const all = await byFolder((await store.readAll('osimage')).objects.filter(hasFolder), folderOf);
  const warnings: Problem[] = [];
  for (const { name, ...image } of own) {
    const found = await otherImageWarnings(rootimgdirOf(image, installdir, cwd), name);
    const others = (all.get(await folderOf(image)) ?? []).filter((other) => !isSameImage(other, name));
    warnings.push(...(found.length > 0 || others.length === 0 ? found : [sharedFolder(name, others, image)]));
  }
  return warnings;
}

/** What the folder of an image depends on. */
export const folderAttributes: readonly string[] = [
  'rootimgdir',
  'osvers',
  'osarch',
  'profile',
  'provmethod',
];

/** An image that genimage makes in a folder; one that is not whole yet has none that could be known. */
function hasFolder(image: ImageDefinition): boolean {
  const provmethod = attribute(image, 'provmethod');
  if (provmethod !== 'netboot' && provmethod !== 'statelite') return false;
  const key = ['osvers', 'osarch', 'profile'];
  return attribute(image, 'rootimgdir') !== undefined || key.every((name) => attribute(image, name));
}

async function byFolder(
  images: readonly DefinitionObject[],
  folderOf: (image: ImageDefinition) => Promise<string>,
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  for (const image of images) {
    const folder = await folderOf(image);
    names.set(folder, [...(names.get(folder) ?? []), image.name]);
  }
  return names;
}

function sharedFolder(name: string, others: readonly string[], image: ImageDefinition): Problem {
  const rootimgdir = attribute(image, 'rootimgdir');
  const where = rootimgdir === undefined ? 'the rootimgdir of their profile' : `rootimgdir=${rootimgdir}`;
  return {
    code: 'shared-rootimgdir',
    message: `'${name}' and '${others.join("', '")}' have one image folder, ${where}.`,
    hint: `Only one of them can be built there. Give '${name}' a rootimgdir of its own.`,
  };
}
