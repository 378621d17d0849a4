import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import { isFolder } from '../../base/exists.ts';
import { placeOf } from '../../base/url.ts';
import type { PackagePass, Repository } from '../../plan/build-plan.ts';
import type { FoundRepositories, TrustedAddress } from '../repositories.ts';
import { isUsualPkgdir } from '../usual-folders.ts';
import { collect, type Collector } from './collector.ts';
import { hostMirrorEntries, type MirrorEntry, mirrorEntries, noMirror } from './default-mirror.ts';
import { isSigned } from './local-folder.ts';
import { otherSuiteWarnings } from './other-suites.ts';
import { addOthers } from './otherpkgdir.ts';
import { addressOf } from './pkgdir-item.ts';
import { addFolder, addPkgdir, releaseFolder } from './pkgdir.ts';
import { isFlat, repositoryOf } from './source-entry.ts';
import { signersOf } from './signers.ts';
import { type Target, targetOf } from './target.ts';

export interface DebRequest {
  readonly osvers: string;
  readonly arch: string;
  readonly pkgdir: string;
  readonly otherpkgdir: string;
  /** Undefined when no kernel version was asked for. */
  readonly kerneldir: string | undefined;
  readonly otherPasses: readonly PackagePass[];
  /** A mirror that the site names. */
  readonly mirror: string | undefined;
  /** As `uname -m` says it. */
  readonly hostArch: string;
  /** Where the host's own configuration lies. */
  readonly hostRoot: string;
  readonly cwd: string;
}

/**
 * Finds the repositories of an image of deb packages: those of pkgdir; where it names no address, those of
 * the site's mirror; where there is no suite at all, those of the host's mirrors; then otherpkgdir and
 * kerneldir.
 */
export async function findDebRepositories(request: DebRequest): Promise<FoundRepositories> {
  const target = targetOf(request.osvers, request.arch);
  const found = collect();
  const { pkgdir, osvers, arch, cwd } = request;
  const isUsual = (path: string) => isUsualPkgdir(path, { osvers, arch });
  const { empty } = await addPkgdir(found, { value: pkgdir, isUsual, cwd }, target);
  if (!(await addMirror(found, request, target)) && found.problems.length === 0) {
    const hasSuite = found.repositories.some(({ deb }) => deb !== undefined && !isFlat(deb.suite));
    if (!hasSuite) found.problems.push(noMirror(target));
    found.problems.push(...empty);
  }
  await addOthers(
    found,
    { value: request.otherpkgdir, passes: request.otherPasses, cwd: request.cwd },
    target,
  );
  if (request.kerneldir !== undefined) await addKernels(found, resolve(cwd, request.kerneldir), target);
  const { repositories, problems, trusted } = found;
  const warnings = [...found.warnings, ...otherSuiteWarnings(target, repositories)];
  return { repositories, pkgdirFolders: [], problems, warnings, trusted };
}

/** Adds the mirror that pkgdir leaves to the site or the host; false where there is none to add. */
async function addMirror(found: Collector, request: DebRequest, target: Target): Promise<boolean> {
  const { repositories } = found;
  if (repositories.some(({ url }) => !url.startsWith('file:'))) return true;
  const mirror = addressIn(found, request.mirror);
  const ofSite = mirror === undefined ? undefined : mirrorEntries(mirror, target);
  const hasSuite = repositories.some(({ deb }) => deb !== undefined && !isFlat(deb.suite));
  const entries =
    ofSite ?? (hasSuite ? undefined : await hostMirrorEntries(target, request.hostArch, request.hostRoot));
  for (const entry of entries ?? []) addMirrorEntry(found, entry);
  return entries !== undefined;
}

/** The mirror that the site names as an address; what is neither one nor a folder is a problem. */
function addressIn(found: Collector, mirror: string | undefined): string | undefined {
  if (mirror?.startsWith('/')) return addressOf(mirror);
  if (mirror === undefined || /^(https?|ftp|file):\/\/?\S+$/.test(mirror)) return mirror;
  found.problems.push({
    code: 'mirror',
    message: `The mirror '${mirror}' is not an address such as http://mirror.example/ubuntu.`,
    hint: 'It is what --mirror says, or the attribute of the site for this distribution (chdef -t site clustersite …).',
  });
  return undefined;
}

function addMirrorEntry(found: Collector, entry: MirrorEntry): void {
  found.add(repositoryOf(entry, signersOf(entry)));
}

async function addKernels(found: Collector, folder: string, target: Target): Promise<void> {
  if (await isFolder(folder)) await addFolder(found, folder, 'kerneldir', target).catch(() => []);
}

/**
 * What is wrong with repositories that are to be checked: on this host those without a signature, elsewhere
 * those that a file asks to trust without one.
 */
export async function trustProblems(
  repositories: readonly Repository[],
  trusted: readonly TrustedAddress[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const repository of repositories.filter(({ unchecked }) => unchecked === undefined)) {
    const asked = trusted.find(({ url }) => url === repository.url);
    const why =
      asked === undefined ? await unsignedWords(repository) : 'is to be trusted without a signature';
    if (why === undefined) continue;
    const { url } = repository;
    const place = url.startsWith('file:') ? fileURLToPath(url) : placeOf(url);
    problems.push({
      code: 'repository-unsigned',
      message: `The repository ${place} of ${repository.from} ${why}.`,
      ...(asked === undefined ? {} : { origin: asked.origin }),
      hint: `Sign it, or say in config.yaml that it is not to be checked: repositories: [{url: '${place}', gpgcheck: false}]`,
    });
  }
  return problems;
}

/** Why a repository on this host cannot be checked; undefined where it can. */
async function unsignedWords({ url, deb }: Repository): Promise<string | undefined> {
  if (deb === undefined || !url.startsWith('file:')) return undefined;
  if (deb.plain === true) return 'has .deb files and no signed index';
  const isGood = await isSigned(releaseFolder(fileURLToPath(url), deb.suite));
  return isGood ? undefined : `has no signature (${deb.suite})`;
}
