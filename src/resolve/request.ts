import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unknownImage } from '../definition/osimage.ts';
import type { Site } from '../definition/site.ts';
import { type Problem, throwProblems } from '../base/errors.ts';
import type { BuildRequest } from '../plan/request.ts';
import { checkNeededAttributes, checkProvmethod } from './check-definition.ts';
import { checkReadable } from './check-files.ts';
import { modeProblems, partProblems } from './check-values.ts';
import { absoluteCommaList, splitCommaList } from './comma-list.ts';
import { attribute, type ImageDefinition } from './definition.ts';
import { debArchiveOf, osversOfSuite } from '../family/archives.ts';
import { familyOf, folderOf } from '../family/families.ts';
import { announceChanges, changedAttributes, overrideFields } from './overrides.ts';
import { findProfileFile, profileFolders } from './profile-search.ts';
import { absoluteRepositorySettings } from './repository-settings.ts';
import { usualInstalldir, usualOtherpkgdir, usualPkgdir, usualRootimgdir } from './usual-folders.ts';

export interface RequestInput {
  /** What the management node's command line says; imageName is the operand. */
  readonly options: BuildRequest;
  /** Of the named image; undefined when the store has none of that name, or none was named. */
  readonly definition: ImageDefinition | undefined;
  readonly site: Site;
  /** Holds a folder for each family, such as `/opt/xcat/share/xcat/netboot`. */
  readonly netbootDir: string;
  /** Relative paths are relative to it. */
  readonly cwd: string;
}

export interface ResolvedRequest {
  readonly request: BuildRequest;
  readonly family: string;
  /** `<netboot>/<family>` */
  readonly familyDir: string;
  /** Lines for standard output: which options change the definition. */
  readonly notices: readonly string[];
  /** Attributes to write back after a build that succeeded. */
  readonly changes: Readonly<Record<string, string>>;
}

/**
 * Definition, options and site make the request. Throws all that is wrong in one error, in the contract's
 * order; writes nothing.
 */
export async function resolveRequest(input: RequestInput): Promise<ResolvedRequest> {
  const { options, definition, netbootDir, site } = input;
  const problems = [...checkOptions(options)];
  if (options.imageName !== undefined && definition === undefined) {
    problems.push(unknownImage(options.imageName));
    throwProblems(problems);
  }
  if (options.imageName !== undefined && definition !== undefined) {
    problems.push(...(await checkDefinition(options.imageName, definition, input)));
  }
  const osvers = (definition && attribute(definition, 'osvers')) ?? options.osvers;
  const family = osvers === undefined ? '' : folderOf(osvers);
  const familyDir = join(netbootDir, family);
  if (osvers !== undefined) {
    problems.push(...checkMode(options, family, osvers));
    problems.push(...(await checkFamily(family, familyDir, osvers)));
  }
  throwProblems(problems);

  const changes = definition === undefined ? {} : changedAttributes(options, definition);
  const request = requestOf(options, definition, input.cwd);
  const zone =
    familyOf(family).timezoneFolders.includes(family) && site.timezone ? { timezone: site.timezone } : {};
  return {
    request: { ...withUsualFolders(withSiteMirror(request, site), site), ...zone },
    family,
    familyDir,
    notices: definition === undefined ? [] : announceChanges(changes, definition),
    changes,
  };
}

/** The node that builds knows no site: the line carries the mirror that the site names for the image. */
export function withSiteMirror(request: BuildRequest, { mirrors }: Site): BuildRequest {
  const archive = request.osvers === undefined ? undefined : debArchiveOf(request.osvers);
  const mirror = request.mirror ?? (archive && mirrors?.get(archive.siteAttribute));
  return mirror === undefined ? request : { ...request, mirror };
}

/** Likewise where the site's installdir is not the one that a node takes by itself, which is xCAT's. */
function withUsualFolders(request: BuildRequest, { installdir }: Site): BuildRequest {
  const { osvers, arch, profile } = request;
  if (installdir === usualInstalldir || osvers === undefined) return request;
  if (arch === undefined || profile === undefined) return request;
  const key = { osvers, arch, profile };
  return {
    ...request,
    srcdir: request.srcdir ?? usualPkgdir(installdir, key),
    otherpkgdir: request.otherpkgdir ?? usualOtherpkgdir(installdir, key),
    rootimgdir: request.rootimgdir ?? usualRootimgdir(installdir, key),
  };
}

/** What options and definition say together, not checked; all paths absolute. */
export function requestOf(
  options: BuildRequest,
  definition: ImageDefinition | undefined,
  cwd: string,
): BuildRequest {
  return absolutePaths(definition === undefined ? options : withDefinition(options, definition), cwd);
}

function checkOptions({ imageName, arch, osvers, profile }: BuildRequest): Problem[] {
  const given = [arch && '-a', osvers && '-o', profile && '-p'].filter(Boolean);
  if (imageName !== undefined && given.length > 0) {
    return [
      {
        code: 'option-conflict',
        message: `${given.join(', ')} cannot be used together with an image name ('${imageName}').`,
        hint: 'The definition says osarch, osvers and profile; change it with chdef, or copy it under another name.',
      },
    ];
  }
  if (imageName === undefined && (osvers === undefined || profile === undefined)) {
    return [{ code: 'usage', message: 'An image name is needed, or both -o OSVERS and -p PROFILE.' }];
  }
  return partProblems({ '-a': arch, '-o': osvers, '-p': profile });
}

async function checkDefinition(
  name: string,
  definition: ImageDefinition,
  input: RequestInput,
): Promise<Problem[]> {
  const { cwd } = input;
  const pkglist = attribute(definition, 'pkglist');
  const problems = [
    ...checkNeededAttributes(name, definition),
    ...checkProvmethod(name, definition, ['netboot', 'statelite']),
  ];
  if (splitCommaList(pkglist).names.length === 0) {
    problems.push({
      code: 'pkglist-unset',
      message: `Image '${name}' has no pkglist.`,
      hint: `chdef -t osimage -o ${name} pkglist=${(await profileList(definition, input)) ?? 'FILE'}`,
    });
  }
  return [
    ...problems,
    ...(await checkReadable(definition, 'pkglist', cwd)),
    ...(await checkReadable(definition, 'otherpkglist', cwd)),
    ...(await checkReadable(definition, 'postinstall', cwd, true)),
  ];
}

/** The list that mkdef -u would find for the profile. */
async function profileList(
  definition: ImageDefinition,
  { site, netbootDir }: RequestInput,
): Promise<string | undefined> {
  const [osvers, arch, profile] = ['osvers', 'osarch', 'profile'].map((key) => attribute(definition, key));
  if (osvers === undefined || arch === undefined || profile === undefined) return undefined;
  const folders = profileFolders(site.installdir, netbootDir, folderOf(osvers));
  return findProfileFile('build', { osvers, arch, profile }, folders, 'pkglist');
}

function checkMode(options: BuildRequest, family: string, osvers: string): Problem[] {
  if (options.mode === undefined) return [];
  if (familyOf(family).takesMode(osvers)) return modeProblems(options);
  return [{ code: 'mode', message: `-m is for Ubuntu, Debian and Fedora 12 only; this image is ${osvers}.` }];
}

async function checkFamily(family: string, familyDir: string, osvers: string): Promise<Problem[]> {
  const isName = /^[\w-]+$/.test(family);
  const there = isName && (await stat(familyDir).catch(() => undefined))?.isDirectory();
  if (there) return [];
  return [
    {
      code: 'no-family',
      message: `There is no netboot folder for ${osvers}: looked for ${familyDir}.`,
      hint: `${osversHint(osvers)}Check osvers, and that XCATROOT points to the installation that holds share/xcat/netboot.`,
    },
  ];
}

/** A suite is called after its release here: debian12, not bookworm. */
function osversHint(osvers: string): string {
  const meant = osversOfSuite(osvers);
  return meant === undefined ? '' : `${osvers} is ${meant} here. `;
}

function withDefinition(options: BuildRequest, definition: ImageDefinition): BuildRequest {
  const fromDefinition = {
    arch: attribute(definition, 'osarch'),
    osvers: attribute(definition, 'osvers'),
    profile: attribute(definition, 'profile'),
    environvar: attribute(definition, 'environvar'),
    srcdir: attribute(definition, 'pkgdir'),
    pkglist: attribute(definition, 'pkglist'),
    otherpkgdir: attribute(definition, 'otherpkgdir'),
    otherpkglist: attribute(definition, 'otherpkglist'),
    postinstall: attribute(definition, 'postinstall'),
    rootimgdir: attribute(definition, 'rootimgdir'),
    driverupdatesrc: attribute(definition, 'driverupdatesrc'),
  };
  const overridable = Object.fromEntries(
    overrideFields.map((field) => [field, options[field] ?? attribute(definition, field)]),
  );
  return { ...options, ...fromDefinition, ...overridable };
}

/** The line is pasted elsewhere, so no path of it may depend on the folder that it was made in. */
function absolutePaths(request: BuildRequest, cwd: string): BuildRequest {
  const list = (value: string | undefined, prefixes?: readonly string[]) =>
    value === undefined ? undefined : absoluteCommaList(value, cwd, prefixes);
  const path = (value: string | undefined) =>
    value === undefined || value.startsWith('/') ? value : resolve(cwd, value);
  return dropUnset({
    ...request,
    kerneldir: path(request.kerneldir),
    sumskey: path(request.sumskey),
    rootimgdir: path(request.rootimgdir),
    stage: path(request.stage),
    locked: path(request.locked),
    keepPackages: path(request.keepPackages),
    srcdir: list(request.srcdir),
    pkglist: list(request.pkglist),
    otherpkgdir: list(request.otherpkgdir),
    otherpkglist: list(request.otherpkglist),
    postinstall: list(request.postinstall),
    driverupdatesrc: list(request.driverupdatesrc, ['dud:', 'rpm:']),
    gpgkeys: list(request.gpgkeys),
    repositorysettings:
      request.repositorysettings && absoluteRepositorySettings(request.repositorysettings, cwd),
  });
}

function dropUnset(request: BuildRequest): BuildRequest {
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as BuildRequest;
}
