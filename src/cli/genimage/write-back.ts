import { exists } from '../../base/exists.ts';
import type { DefinitionObject } from '../../definition/object.ts';
import type { Store } from '../../definition/store.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { findProfileFile, profileFolders } from '../../resolve/profile-search.ts';

export interface WriteBack {
  readonly store: Store;
  readonly plan: BuildPlan;
  /** What options and definition said, without what the host filled in. */
  readonly asked: BuildRequest;
  /** Attributes that options changed. */
  readonly changes: Readonly<Record<string, string>>;
  readonly installdir: string;
  readonly netbootDir: string;
}

/**
 * After a build that succeeded: the options that won over the definition become part of it, and permission,
 * pkgdir and rootimgdir where it had none and there is such a folder. The object is read anew, as it may have been changed meanwhile.
 * Gives the names that were written.
 */
export async function writeBackChanges(job: WriteBack): Promise<string[]> {
  const { store, plan, changes } = job;
  const { name, rootimgdir } = plan.image;
  const stored = await store.read('osimage', name);
  if (stored === undefined) return [];
  const filled = {
    permission: plan.request.permission,
    pkgdir: await folderThere(plan.request.srcdir),
    rootimgdir,
  };
  const missing = Object.entries(filled).filter(
    ([key, value]) => value !== undefined && (stored.attributes.get(key) ?? '') === '',
  ) as [string, string][];
  const updates = [...Object.entries(changes), ...missing];
  if (updates.length === 0) return [];
  await store.write('osimage', [withAttributes(stored, updates)]);
  return [name];
}

/**
 * After a build without an image name: what was built gets the definitions
 * `<osvers>-<arch>-netboot-<profile>` and `-statelite-`. One that exists keeps what it says, as with copycds;
 * only options that were given win over it.
 */
export async function writeNewDefinitions(job: WriteBack): Promise<string[]> {
  const { store } = job;
  const objects: DefinitionObject[] = [];
  for (const provmethod of ['netboot', 'statelite']) {
    const { osvers, arch, profile } = job.plan.image;
    const name = `${osvers}-${arch}-${provmethod}-${profile}`;
    const stored = await store.read('osimage', name);
    const fresh: DefinitionObject = { type: 'osimage', name, attributes: new Map(), origins: new Map() };
    const all = [...(await attributesOf(job, provmethod)), ...setOf(stored), ...givenAttributes(job.asked)];
    objects.push(withAttributes(stored ?? fresh, all));
  }
  await store.write('osimage', objects);
  return objects.map((object) => object.name);
}

function setOf(stored: DefinitionObject | undefined): [string, string][] {
  return [...(stored?.attributes ?? [])].filter(([, value]) => value !== '');
}

function givenAttributes(asked: BuildRequest): [string, string][] {
  return withValue({
    osvers: asked.osvers,
    osarch: asked.arch,
    profile: asked.profile,
    netdrivers: asked.netdrivers,
    nodebootif: asked.nodebootif,
    otherifce: asked.otherifce,
    kernelver: asked.kernelver,
    krpmver: asked.krpmver,
    kerneldir: asked.kerneldir,
    permission: asked.permission,
  });
}

async function attributesOf(job: WriteBack, provmethod: string): Promise<[string, string][]> {
  const { request, image } = job.plan;
  const { osvers, arch, profile, family } = image;
  const folders = profileFolders(job.installdir, job.netbootDir, family);
  const find = (extension: string) => findProfileFile('build', { profile, osvers, arch }, folders, extension);
  return withValue({
    imagetype: 'linux',
    osname: 'Linux',
    osdistroname: `${osvers}-${arch}`,
    osvers,
    osarch: arch,
    profile,
    provmethod,
    pkgdir: await folderThere(request.srcdir),
    pkglist: request.pkglist,
    otherpkgdir: await folderThere(request.otherpkgdir),
    otherpkglist: request.otherpkglist,
    postinstall: request.postinstall,
    rootimgdir: image.rootimgdir,
    exlist: await find('exlist'),
    synclists: await find('synclist'),
    kerneldir: request.kernelver === undefined ? undefined : request.kerneldir,
    permission: request.permission,
  });
}

/** The usual folder where it is there: packages may come from a mirror alone, or from no list. */
async function folderThere(folder: string | undefined): Promise<string | undefined> {
  return folder !== undefined && (await exists(folder)) ? folder : undefined;
}

function withValue(attributes: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(attributes).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '');
}

function withAttributes(object: DefinitionObject, updates: readonly [string, string][]): DefinitionObject {
  return { ...object, attributes: new Map([...object.attributes, ...updates]) };
}
