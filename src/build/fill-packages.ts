import { type Build, warn } from './build-context.ts';
import { checkPackageNames, installOtherPackages, installPackages } from './install-packages.ts';
import { openDnf } from './package-manager/dnf.ts';
import { findDatabasePath, settleRpmDatabase } from './rpm-database.ts';

/** Everything that package lists ask for: all passes of all lists, and an rpm database that the image's own rpm reads. */
export async function fillPackages(build: Build): Promise<void> {
  for (const { url, from, unchecked } of build.plan.repositories) {
    if (unchecked === undefined) continue;
    warn(build, `The signatures of the packages from ${url} (${from}) are not checked (${unchecked}).`);
  }
  const databasePath = await findDatabasePath(build);
  const dnf = await openDnf(build, databasePath);
  await checkPackageNames(build, dnf);
  await installPackages(build, dnf);
  await installOtherPackages(build, dnf);
  await settleRpmDatabase(build, dnf, databasePath);
}
