import type { Problem } from '../base/errors.ts';
import type { Manifest } from './manifest.ts';
import { isSameImage } from './same-image.ts';

/** The name of the image that a folder's manifest tells of, when it is not the image `name`. */
export function otherImage(manifest: Manifest | undefined, name: string): string | undefined {
  const found = manifest?.image.name;
  return found === undefined || isSameImage(found, name) ? undefined : found;
}

/** The problem of a command that would replace the image of another name. `command` is what takes --force. */
export function otherImageProblem(
  folder: string,
  other: string,
  name: string,
  command: 'genimage' | 'packimage',
): Problem {
  return {
    code: 'other-image',
    message: `The image in ${folder} is '${other}', not '${name}': nodes of '${other}' would get '${name}'.`,
    hint: `Give '${name}' a rootimgdir of its own (chdef -t osimage ${name} rootimgdir=…); or replace '${other}': ${command} --force ${name}`,
  };
}
