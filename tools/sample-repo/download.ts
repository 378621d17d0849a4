import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RootimgError } from '../../src/base/errors.ts';
import { run } from '../../src/system/exec.ts';
import type { DebianPackage } from './closure.ts';

/** The file name that apt gives a package. */
export function debFileName(pkg: DebianPackage): string {
  return `${pkg.name}_${pkg.version.replaceAll(':', '%3a')}_${pkg.architecture}.deb`;
}

/**
 * Brings the packages into `folder`, taking what is there with the right digest, and removes other files from
 * it.
 */
export async function downloadPackages(packages: readonly DebianPackage[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = new Set(packages.map(debFileName));
  for (const name of await readdir(folder))
    if (!names.has(name)) await rm(join(folder, name), { recursive: true });
  const missing: DebianPackage[] = [];
  for (const pkg of packages) if (!(await isWhole(pkg, folder))) missing.push(pkg);
  if (missing.length === 0) return;
  const wanted = missing.map((pkg) => `${pkg.name}=${pkg.version}`);
  // apt's unprivileged user has no way into a root-only cache folder.
  await run(['apt-get', '-o', 'APT::Sandbox::User=root', '-qq', 'download', ...wanted], {
    cwd: folder,
    action: 'download the Debian packages',
  });
  for (const pkg of missing) {
    if (await isWhole(pkg, folder)) continue;
    throw new RootimgError(
      'sample-repo-digest',
      `${debFileName(pkg)} is not what the package index promises.`,
      {
        hint: 'Run `apt-get update` and try again.',
      },
    );
  }
}

async function isWhole(pkg: DebianPackage, folder: string): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(folder, debFileName(pkg))), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  return hash.digest('hex') === pkg.sha256;
}
