import type { DefinitionObject } from '../../definition/object.ts';
import type { Site } from '../../definition/site.ts';
import type { Store } from '../../definition/store.ts';
import { defaultOsimages } from '../../resolve/default-osimages.ts';
import type { CopyJob } from './copycds-plan.ts';
import type { CommandIo } from '../io.ts';
import { netbootDir } from '../locations.ts';

export interface MadeOsimages {
  readonly created: readonly string[];
  /** Names of images that were there and lacked attributes. */
  readonly completed: readonly string[];
  /** How many images the profiles give. */
  readonly found: number;
  /** Where profiles were looked for. */
  readonly folders: readonly string[];
}

/** Kernel parameters of a new image (xCAT). An image that is there keeps its own, none included. */
const newOnly: readonly [string, string][] = [['addkcmdline', 'quiet']];

/**
 * Defines the default images of a distribution. In one that exists only attributes without a value are filled
 * in.
 */
export async function makeDefaultOsimages(
  io: CommandIo,
  store: Store,
  { osvers, arch, path }: CopyJob,
  { installdir }: Site,
): Promise<MadeOsimages> {
  const netboot = await netbootDir(io.env);
  const { images, folders } = await defaultOsimages({
    osvers,
    arch,
    pkgdir: path,
    installdir,
    netbootDir: netboot,
  });
  const changed: DefinitionObject[] = [];
  const created: string[] = [];
  const completed: string[] = [];
  for (const { name, attributes } of images) {
    const stored = await store.read('osimage', name);
    const all = new Map([
      ...(stored === undefined ? newOnly : []),
      ...attributes,
      ...(stored?.attributes ?? []),
    ]);
    if (stored !== undefined && all.size === stored.attributes.size) continue;
    (stored === undefined ? created : completed).push(name);
    changed.push({ type: 'osimage', name, attributes: all, origins: stored?.origins ?? new Map() });
  }
  if (changed.length > 0) await store.write('osimage', changed);
  return { created, completed, found: images.length, folders };
}
