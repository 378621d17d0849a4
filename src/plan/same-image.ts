/**
 * Whether two names mean one image: the same name, or the `-netboot-` and the `-statelite-` definition of one
 * profile, which share their folder and tree (xCAT: copycds and genimage make both with one rootimgdir).
 */
export function isSameImage(a: string, b: string): boolean {
  return asNetboot(a) === asNetboot(b);
}

function asNetboot(name: string): string {
  return name.replace('-statelite-', '-netboot-');
}
