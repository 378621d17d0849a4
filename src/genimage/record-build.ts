import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import {
  type BuiltRecord,
  type Manifest,
  manifestName,
  manifestText,
  parseManifest,
  type RunRecord,
} from '../plan/manifest.ts';
import { rememberedFiles } from '../plan/public-keys.ts';
import { writeFileAtomic } from '../system/publish.ts';
import type { Build } from './build-context.ts';
import { fileDigest } from '../system/file-digest.ts';
import type { Initrd } from './initrd/initrd.ts';
import type { Kernel } from './initrd/kernel.ts';
import type { Host } from './preflight.ts';
import { installedPackages } from '../packages/installed.ts';
import { packageRecord } from '../plan/package-record.ts';
import { withEarlierOrigins } from './packages/package-origins.ts';
import { toolVersions } from './tool-versions.ts';

/** What the manifest says of the finished tree: can be asked while the initrd is made of it. */
export async function describeTree(build: Build): Promise<Pick<BuiltRecord, 'packages' | 'tools'>> {
  const { root, temporary, plan } = build;
  const found = await installedPackages(root, temporary, plan.repositories);
  const packages = await withEarlierOrigins(build, found);
  return { packages: packages.map(packageRecord), tools: await toolVersions(build, packages) };
}

/** What the manifest says of this build; read before the boot files are published. */
export async function describeBuild(
  build: Build,
  host: Host,
  kernel: Kernel,
  initrd: Initrd,
  tree: Pick<BuiltRecord, 'packages' | 'tools'>,
): Promise<BuildRecord> {
  const { plan } = build;
  const epoch = plan.sourceDateEpoch;
  const run = {
    finished: new Date().toISOString(),
    host: { name: hostname(), arch: host.arch, os: host.os },
    times: build.times,
  };
  const built: BuiltRecord = {
    ...(epoch === undefined ? run : { finished: new Date(epoch * 1000).toISOString(), times: {} }),
    ...(host.emulation && { emulated: host.emulation }),
    kernelVersion: kernel.version,
    packages: tree.packages,
    repositories: plan.repositories.map(({ id, url, unchecked, deb }) => ({
      id,
      url,
      ...(deb && { suite: deb.suite }),
      gpgcheck: unchecked === undefined,
    })),
    files: plan.files.map((file) => ({ ...file })),
    initrd: {
      size: (await stat(initrd.file)).size,
      sha256: await fileDigest(initrd.file),
      compressor: initrd.compressor,
      modules: [...initrd.modules],
      programs: [...initrd.programs],
      dracutModules: [...initrd.dracutModules],
      abilities: [...initrd.abilities],
      ...(plan.files.some(({ role }) => role === 'sumskey') ? { signedFor: plan.image.name } : {}),
      skippedDrivers: [...initrd.skipped],
      inputs: initrd.inputs,
      ...(initrd.id && { id: initrd.id }),
      ...(initrd.drivers && { drivers: initrd.drivers }),
      uncounted: [...initrd.uncounted],
    },
    tools: tree.tools,
    warnings: [...plan.warnings, ...build.warnings],
  };
  return epoch === undefined ? { built } : { built, run };
}

/** What a build leaves in the manifest. */
export interface BuildRecord {
  readonly built: BuiltRecord;
  /** What differs from build to build, of one that must not. */
  readonly run?: RunRecord;
}

/** Writes the manifest, with what it said of an earlier pack. */
export async function writeManifest(build: Build, { built, run }: BuildRecord): Promise<void> {
  const path = join(build.folder, manifestName);
  const { name, osvers, arch, profile } = build.plan.image;
  const before = parseManifest(await readTextFile(path).catch(() => ''));
  const manifest: Manifest = {
    schema: 1,
    image: { name, osvers, arch, profile },
    build: { ...built, files: rememberedFiles(built.files, before?.build?.files, build.plan.request) },
    ...(before?.pack === undefined ? {} : { pack: before.pack }),
    ...(run && { run }),
  };
  await writeFileAtomic(path, manifestText(manifest));
}
