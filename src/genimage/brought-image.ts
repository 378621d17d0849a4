import { chmod, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../base/copy-file.ts';
import { RootimgError, throwProblems } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';
import { safeFolderProblems } from '../base/safe-folder.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { initrdName, kernelName } from '../plan/generation.ts';
import { type BuiltRecord, manifestName, parseManifest } from '../plan/manifest.ts';
import { isSameImage } from '../plan/same-image.ts';
import { fileDigest } from '../system/file-digest.ts';
import { temporaryDir } from '../system/temp.ts';
import { treeName } from '../system/tree/tree-place.ts';
import { type Build, type BuildContext, treeChanges, warn } from './build-context.ts';
import { checkImageFolder } from './preflight/image-folder.ts';
import { checkOtherImage } from './preflight/other-image.ts';
import { checkPrivilege } from './preflight/privilege.ts';
import { tftpWarnings } from './preflight/tftp-folder.ts';
import type { BuildRecord } from './record-build.ts';
import { publishImage } from './publish-image.ts';
import { setAsideUnfinished } from './tree/prepare-tree.ts';
import { withBuildFolder } from './workspace.ts';

/** Makes what comes from another host say its paths and addresses as this host does. */
type NamedAsHere = (text: string) => string;

/**
 * Publishes an image that another host has built as one that was built here with --fresh: the same checks of
 * the image folder, the same lock, the same steps. `bring` puts tree, kernel, initrds, manifest and logs into
 * the empty folder that it is given, on the file system of the tree; where it throws, the logs that it
 * brought are kept and all else stays as it was.
 */
export async function publishBrought(
  asked: BuildPlan,
  context: BuildContext,
  bring: (folder: string) => Promise<NamedAsHere>,
): Promise<void> {
  const plan = { ...asked, request: { ...asked.request, fresh: true } };
  const found = await Promise.all([
    checkPrivilege(),
    checkImageFolder(plan, context),
    checkOtherImage(plan),
    safeFolderProblems(plan.image.rootimgdir),
  ]);
  throwProblems(found.flat());
  await withBuildFolder(plan, context, async (build) => {
    for (const warning of tftpWarnings(plan)) warn(build, warning);
    // Another build may have ended while this one waited for the lock.
    throwProblems(await checkOtherImage(plan));
    const brought = await temporaryDir(build.treeTemporary, 'brought');
    const names = await bring(brought).catch(async (error: unknown) => {
      if ((await keepLogs(build, brought)) > 0) treeChanges(build);
      throw error;
    });
    await keepLogs(build, brought);
    const record = await readRecord(build, brought, names);
    await setAsideUnfinished(build);
    await rename(join(brought, treeName), build.root);
    treeChanges(build);
    const source = { kernel: join(build.temporary, kernelName), initrd: join(build.temporary, initrdName) };
    await copyWhole(join(brought, kernelName), source.kernel);
    await copyWhole(join(brought, initrdName), source.initrd);
    await publishImage(build, source, record);
  });
}

/** The outputs of the tools there become those of this build; gives their number. */
async function keepLogs(build: Build, brought: string): Promise<number> {
  const names = await readdir(join(brought, 'logs')).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.log'))) {
    await copyWhole(join(brought, 'logs', name), build.logs.path(name));
    await chmod(build.logs.path(name), 0o644);
  }
  return names.length;
}

/** What the manifest of the other host says of the build; throws `brought-other` for what is of another one. */
async function readRecord(build: Build, brought: string, names: NamedAsHere): Promise<BuildRecord> {
  const manifest = parseManifest(await readTextFile(join(brought, manifestName)));
  const record = manifest?.build;
  if (manifest === undefined || record === undefined) {
    throw other('its manifest cannot be understood');
  }
  const { name, osvers, arch, profile } = manifest.image;
  const wanted = build.plan.image;
  const isAsked = osvers === wanted.osvers && arch === wanted.arch && profile === wanted.profile;
  if (!isAsked || !isSameImage(name, wanted.name))
    throw other(`it is ${name} (${osvers}, ${arch}, ${profile})`);
  if ((await fileDigest(join(brought, initrdName))) !== record.initrd.sha256) {
    throw other('its initrd has not the digest of its manifest');
  }
  const { repositories, packages, files, warnings } = record;
  const built: BuiltRecord = {
    ...record,
    packages: packages.map((one) => ({
      ...one,
      ...(one.repository === undefined ? {} : { repository: names(one.repository) }),
    })),
    repositories: repositories.map((one) => ({ ...one, url: names(one.url) })),
    files: files.map((one) => ({ ...one, path: names(one.path) })),
    warnings: [...build.plan.warnings, ...build.warnings, ...warnings.map(names)],
  };
  return { built, ...(manifest.run && { run: manifest.run }) };
}

function other(why: string): RootimgError {
  return new RootimgError('brought-other', `What came is not this image: ${why}.`, {
    hint: 'Nothing was put in place.',
  });
}
