import { managerFolders } from '../../packages/leftovers.ts';
import type { ExactDifference } from './exact-differences.ts';

/** What is known to differ from build to build, by its path in the image. */
const known: readonly (readonly [RegExp, string])[] = [
  [
    /^\/etc\/(ssh\/ssh_host_|munge\/)|\.(key|pem|crt|p12|jks)$/,
    'A key or certificate that is made by chance.',
  ],
  [/^\/etc\/g?shadow-?$/, 'A password whose salt is drawn by chance, or that only one of them has.'],
  [/machine-id$|random-seed$/, 'What makes a machine itself.'],
  [/^\/var\/log\//, 'A log.'],
  [/^\/var\/cache\//, 'A cache.'],
  [/\.pyc$/, 'Compiled Python.'],
];

/**
 * Why a path is not the same, as far as it can be told. `epoch`: the time of the image in seconds since 1970,
 * which no file of it is later than when the build ends. `owner`: the package that brings it.
 */
export function causeOf(
  { path, changed }: ExactDifference,
  epoch: number,
  owner: string | undefined,
): string {
  if (changed !== undefined && changed > epoch * 1000) {
    return `The published tree was changed there after its build, at ${new Date(changed).toISOString()}.`;
  }
  const isManagers = managerFolders.some((folder) => path.startsWith(`/${folder}/`));
  if (isManagers) return 'The records of a package manager: genimage warns where their times stay.';
  const [, kind] = known.find(([pattern]) => pattern.test(path)) ?? [];
  const origin =
    owner === undefined
      ? 'No package brings it: a script of a package or of postinstall wrote it.'
      : `${owner} brings it; a script changed it.`;
  return kind === undefined ? origin : `${kind} ${origin}`;
}
