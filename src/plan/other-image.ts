import type { Problem } from '../base/errors.ts';
import type { Manifest } from './manifest.ts';

/**
 * Whether two names mean one image: the same name, or the `-netboot-` and the `-statelite-` definition of one profile, which share their
 * folder and tree (xCAT: copycds and genimage make both with one rootimgdir).
 */
export function isSameImage(a: string, b: string): boolean {
  return asNetboot(a) === asNetboot(b);
}

function asNetboot(name: string): string {
  return name.replace('-statelite-', '-netboot-');
}

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
