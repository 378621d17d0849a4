import { join } from 'node:path';
import { kernelRpmVersion } from './convert.ts';
import { computeGroup, computeList, rpmDbPath } from './packages.ts';
import type { Made, SampleRepository } from './types.ts';

const osvers = 'rocky9.4';

/** Name of the public key's file in a repository. */
export const keyName = 'RPM-GPG-KEY-sample';

/** Where things lie below the sample's folder. */
export function layout(dir: string, arch: string) {
  return {
    pkgdir: join(dir, osvers, arch),
    keys: join(dir, 'keys'),
    gpgKeyFile: join(dir, 'keys', keyName),
    badKeyFile: join(dir, 'keys', 'RPM-GPG-KEY-other'),
  };
}

/** The result for a repository that lies in `dir`. */
export function describeRepository(dir: string, arch: string, made: Made): SampleRepository {
  const { pkgdir, gpgKeyFile, badKeyFile } = layout(dir, arch);
  const { version, release } = kernelRpmVersion(made.kernelver);
  return {
    dir,
    osvers,
    arch,
    pkgdir,
    rpmDbPath,
    otherpkgdir: join(dir, 'otherpkgs'),
    gpgKeyFile,
    badKeyFile,
    unsignedDir: join(dir, 'unsigned'),
    wrongSignedDir: join(dir, 'wrong-signed'),
    trouble: {
      postFails: join(dir, 'trouble/post-fails'),
      daemon: join(dir, 'trouble/daemon'),
      conflict: join(dir, 'trouble/conflict'),
    },
    pkglist: computeList,
    group: computeGroup,
    kernelver: made.kernelver,
    krpmver: `${version}-${release}`,
    packageCount: made.packageCount,
  };
}
