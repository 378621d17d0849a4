import { type Problem, RootimgError } from '../base/errors.ts';
import type { DefinitionObject } from './object.ts';
import type { Store } from './store-type.ts';

/**
 * The definition of an image as stored, whatever its imagetype. Throws `unknown-image` when the store has
 * none of this name.
 */
export async function readOsimage(store: Store, name: string): Promise<DefinitionObject> {
  const object = await store.read('osimage', name);
  if (object !== undefined) return object;
  const { code, message, ...rest } = unknownImage(name);
  throw new RootimgError(code, message, rest);
}

/** The problem of an image that no definition has the name of. */
export function unknownImage(name: string): Problem {
  return {
    code: 'unknown-image',
    message: `Cannot find image '${name}' among the osimage definitions.`,
    hint: 'lsdef -t osimage lists them.',
  };
}
