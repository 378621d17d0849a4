import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WantedObject } from '../../definition/check.ts';
import { lookUp } from '../../definition/lookup.ts';
import { readSite } from '../../definition/site.ts';
import { type Problem, throwProblems } from '../../base/errors.ts';
import { folderOf } from '../../family/families.ts';
import { findProfileFile, profileFolders } from '../../resolve/profile-search.ts';
import { usualOtherpkgdir, usualPkgdir, usualRootimgdir } from '../../resolve/usual-folders.ts';
import { type DefRun, warn } from './def-command.ts';
import type { DefWriteOptions } from './def-wanted.ts';
import { hostOsarch, hostOsvers } from './def-host.ts';
import { netbootDir } from '../locations.ts';

type Values = ReadonlyMap<string, { readonly value: string }>;

/**
 * Attributes from which the others are derived; chdef -u takes them from the definition where they are not
 * given.
 */
const sources = ['imagetype', 'provmethod', 'profile', 'osname', 'osvers', 'osarch'];

/** Which attribute names which kind of profile file. */
const profileFiles: readonly [attribute: string, extension: string][] = [
  ['pkglist', 'pkglist'],
  ['otherpkglist', 'otherpkgs.pkglist'],
  ['exlist', 'exlist'],
  ['postinstall', 'postinstall'],
  ['synclists', 'synclist'],
];

/**
 * `mkdef -u`: completes osimages from profile, provmethod, osvers and osarch; what is given stays. An object
 * without a name gets one.
 */
export async function deriveNew(
  run: DefRun<DefWriteOptions>,
  objects: readonly WantedObject[],
): Promise<readonly WantedObject[]> {
  const derived = await Promise.all(objects.map((object) => derive(run, object, object.attributes)));
  warn(run.io, derived.filter(({ attributes }) => !attributes.has('pkglist')).map(noPkglist));
  return derived;
}

/** `chdef -u`: derives everything again that is not given. */
export async function deriveAgain(
  run: DefRun<DefWriteOptions>,
  objects: readonly WantedObject[],
): Promise<readonly WantedObject[]> {
  return Promise.all(
    objects.map(async (object) => {
      const stored = (await lookUp(run.store, 'osimage', object.name))?.attributes;
      const kept = sources.flatMap((name): [string, { value: string }][] => {
        const value = stored?.get(name);
        return value === undefined ? [] : [[name, { value }]];
      });
      return derive(run, object, new Map([...kept, ...object.attributes]));
    }),
  );
}

/** Often a profile that is misspelt. */
function noPkglist({ name, attributes }: WantedObject): Problem {
  const [profile, osvers, arch] = ['profile', 'osvers', 'osarch'].map((key) => attributes.get(key)?.value);
  const message = `No pkglist was found for profile ${profile} of ${osvers} on ${arch}.`;
  const hint = `genimage needs one: chdef -t osimage -o ${name} pkglist=FILE`;
  return { code: 'pkglist-unset', message, hint };
}

async function derive(
  { io, store }: DefRun<DefWriteOptions>,
  object: WantedObject,
  given: Values,
): Promise<WantedObject> {
  const value = (name: string): string => given.get(name)?.value ?? '';
  const profile = value('profile');
  const provmethod = value('provmethod');
  const osvers = value('osvers') || (await hostOsvers()) || '';
  const arch = osarch(value('osarch') || hostOsarch(), osvers);
  const family = folderOf(osvers);
  const site = await readSite(store);
  const netboot = await netbootDir(io.env);
  const folders = profileFolders(site.installdir, netboot, family);
  throwProblems([
    ...missing({ profile, provmethod, osvers }),
    ...unfit('provmethod', provmethod, /^(netboot|statelite)$/, 'netboot or statelite'),
    ...unfit('imagetype', value('imagetype'), /^linux/i, 'linux'),
    ...unfit('osname', value('osname'), /^linux/i, 'Linux'),
    ...(osvers === '' ? [] : await missingFamily(folders, join(netboot, family), osvers)),
  ]);

  const derived = new Map<string, { value: string }>();
  const set = (name: string, text: string | undefined): void => {
    if (text !== undefined && !given.has(name)) derived.set(name, { value: text });
  };
  set('imagetype', 'linux');
  set('osname', 'Linux');
  set('template', '');
  const key = { osvers, arch, profile };
  set('rootimgdir', usualRootimgdir(site.installdir, key));
  set('pkgdir', usualPkgdir(site.installdir, key));
  set('otherpkgdir', usualOtherpkgdir(site.installdir, key));
  for (const [attribute, extension] of profileFiles) {
    set(attribute, await findProfileFile('build', key, folders, extension));
  }
  const fixed = Object.entries({ osvers, osarch: arch, osdistroname: `${osvers}-${arch}` }).map(
    ([name, text]): [string, { value: string }] => [name, { value: text }],
  );
  return {
    ...object,
    name: object.name || `${osvers}-${arch}-${provmethod}-${profile}`,
    attributes: new Map([...derived, ...given, ...fixed]),
  };
}

/** Ubuntu has its own word for ppc64le. */
function osarch(arch: string, osvers: string): string {
  return arch === 'ppc64le' && osvers.startsWith('ubuntu') ? 'ppc64el' : arch;
}

function missing(values: Readonly<Record<string, string>>): Problem[] {
  const names = Object.keys(values).filter((name) => values[name] === '');
  if (names.length === 0) return [];
  return [
    { code: 'attribute-missing', message: `-u needs ${names.join(' and ')}.`, hint: `Give ${names[0]}=….` },
  ];
}

function unfit(name: string, value: string, pattern: RegExp, expected: string): Problem[] {
  if (value === '' || pattern.test(value)) return [];
  return [{ code: 'attribute-value', message: `-u works with ${name} ${expected}, not ${value}.` }];
}

async function missingFamily(folders: readonly string[], wanted: string, osvers: string): Promise<Problem[]> {
  for (const folder of folders) {
    if (
      await stat(folder).then(
        (found) => found.isDirectory(),
        () => false,
      )
    )
      return [];
  }
  return [{ code: 'family-unknown', message: `There is no folder ${wanted} for ${osvers}.` }];
}
