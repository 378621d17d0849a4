import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import type { Installation } from '../../src/kit/installation.ts';
import { makeDeb } from './deb.ts';
import { runtimePackage } from './node-runtime.ts';
import { commonPackages } from './packages.ts';
import { signRepositories } from './repository.ts';
import { makeRpm } from './rpm.ts';
import { packageVersion } from './version.ts';

export interface PackageRequest {
  /** Gets `deb` and `rpm`; must be empty or absent. */
  readonly out: string;
  /** Architectures to make rootimg-node-runtime for. */
  readonly runtimes: readonly string[];
  /** File of a secret OpenPGP key: the folders become signed repositories. */
  readonly key: string | undefined;
}

/** Makes all packages of a checkout and gives their paths. Throws `not-empty` and `not-built`. */
export async function makePackages(
  source: Installation,
  { out, runtimes, key }: PackageRequest,
  work: string,
): Promise<string[]> {
  await requireEmpty(out);
  const { version, time } = await packageVersion(source.root);
  const packages = await commonPackages(source, version);
  for (const architecture of runtimes) {
    const folder = join(work, `node-${architecture}`);
    await mkdir(folder);
    packages.push(await runtimePackage(architecture, folder));
  }
  const folders = { deb: join(out, 'deb'), rpm: join(out, 'rpm') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  const making = { version, time, work };
  const made: string[] = [];
  for (const one of packages) {
    made.push(await makeDeb(one, making, folders.deb), await makeRpm(one, making, folders.rpm));
  }
  if (key !== undefined) await signRepositories(folders, key, making);
  return made;
}

async function requireEmpty(out: string): Promise<void> {
  const there = await readdir(out).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (there.length === 0) return;
  throw new RootimgError('not-empty', `${out} is not empty: packages of two versions would be mixed.`, {
    hint: 'Give an empty folder: npm run package -- --out DIR',
  });
}
