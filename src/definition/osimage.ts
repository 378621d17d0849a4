import { RootimgError } from '../errors.ts';
import type { DefinitionObject } from './object.ts';
import type { Store } from './store-type.ts';

/** The definition of an image as stored, whatever its imagetype. Throws `image-unknown` when the store has none of this name. */
export async function readOsimage(store: Store, name: string): Promise<DefinitionObject> {
  const object = await store.read('osimage', name);
  if (object !== undefined) return object;
  throw new RootimgError('image-unknown', `Could not find an object named '${name}' of type 'osimage'.`, {
    hint: 'lsdef -t osimage lists the images that are defined.',
  });
}
