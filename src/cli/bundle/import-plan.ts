import { basename, join, normalize } from 'node:path';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { componentFault } from '../../base/name-component.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { type ListAttribute, listAttributes, listPlaces, renamedList } from '../../bundle/bundle-lists.ts';
import {
  type BundleManifest,
  bundleManifestName,
  longestManifest,
  parseBundleManifest,
} from '../../bundle/bundle-manifest.ts';
import {
  type BundleRecord,
  bundleRecordName,
  differing,
  parseBundleRecord,
} from '../../bundle/bundle-record.ts';
import type { BundledFile, BundledImage } from '../../bundle/read-bundle.ts';
import { isOsimageAttribute } from '../../definition/attributes.ts';
import { checkConditions, checkObject } from '../../definition/check.ts';
import type { DefinitionObject } from '../../definition/object.ts';
import type { Site } from '../../definition/site.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { partProblems } from '../../resolve/check-values.ts';
import { usualRootimgdir } from '../../resolve/usual-folders.ts';
import { digestOrReason } from '../../system/file-digest.ts';

/** A file and the place that it gets. */
export interface PlacedFile {
  readonly from: BundledFile;
  readonly to: string;
  readonly mode: 0o644 | 0o755;
}

/** What an import does; nothing of it is done yet. No path of it is the bundle's. */
export interface ImportPlan {
  readonly object: DefinitionObject;
  readonly rootimgdir: string;
  readonly kernel: BundledFile;
  readonly initrd: BundledFile;
  readonly packed: { readonly name: string; readonly file: BundledFile };
  /** For the image folder; undefined where xCAT wrote the bundle. */
  readonly manifest: Manifest | undefined;
  readonly lists: readonly PlacedFile[];
  readonly warnings: readonly string[];
}

/** Names of packed roots: xCAT's and ours. */
const packedName = /^rootimg\.((cpio|tar)\.(gz|xz|zst|lz4)|sfs|erofs|gz)$/;

const needed = ['imagename', 'provmethod', 'profile', 'osvers', 'osarch'] as const;

/** Attributes of a bundle that name what does not come with it, or what rootimg does not keep. */
const dropped = ['template', 'partitionfile', 'kitcomponents', 'rootimgdir', 'imagename'];

/**
 * Makes the plan of one image of a bundle, all of which is looked at first: throws what is missing, what is
 * not as its digests say, and names that cannot be parts of a path. The image goes into the usual folder of
 * its release and profile, lists and extra files below `<installdir>/osimages/<image>`, unless this very file
 * lies where the bundle says. `profile`: it gets this one, and a name by it.
 */
export async function planImport(
  files: BundledImage,
  site: Site,
  profile: string | undefined,
): Promise<ImportPlan> {
  const manifest = await readDescription(files);
  const record = await readRecord(files);
  const columns = renamed(manifest.columns, profile);
  checkColumns(columns);
  const of = (name: string) => columns.get(name) ?? '';
  const name = of('imagename');
  const key = { osvers: of('osvers'), arch: of('osarch'), profile: of('profile') };
  const folder = join(site.installdir, 'osimages', name);
  const rootimgdir = usualRootimgdir(site.installdir, key);
  const warnings =
    record === undefined
      ? ['The bundle has no digests: xCAT writes none. Nothing tells whether it is whole.']
      : [];
  const boot = bootFiles(files, manifest);
  const lists = await placeLists(files, columns, manifest.columns.get('profile') ?? '', folder, warnings);
  const extra = placeExtra(files, manifest, folder, warnings);
  const said = columns.get('rootimgdir');
  if (said !== undefined && said !== rootimgdir)
    warnings.push(`The image goes to ${rootimgdir}, not to ${said} of the bundle.`);
  warnings.push(...unknownParts(files, columns));
  const attributes = definitionOf(columns, lists.values, rootimgdir);
  const object: DefinitionObject = { type: 'osimage', name, attributes, origins: new Map() };
  const wanted = {
    name,
    type: 'osimage',
    attributes: new Map([...attributes].map(([k, value]) => [k, { value }])),
  };
  throwProblems([...checkObject(wanted), ...checkConditions(wanted)]);
  return {
    ...{ object, rootimgdir, ...boot, warnings },
    manifest: record?.manifest && { ...record.manifest, image: { name, ...key }, ...packOf(record.manifest) },
    lists: [...lists.files, ...extra],
  };
}

async function readDescription(files: BundledImage): Promise<BundleManifest> {
  const file = files.get(bundleManifestName);
  if (file === undefined) {
    throw new RootimgError('bundle-manifest', `Failed to find ${bundleManifestName} file in image bundle.`);
  }
  if (file.size > longestManifest) {
    throw new RootimgError(
      'bundle-manifest',
      `${bundleManifestName} of the bundle is refused: ${file.size} bytes are too much.`,
    );
  }
  return parseBundleManifest(await readTextFile(file.path));
}

async function readRecord(files: BundledImage): Promise<BundleRecord | undefined> {
  const file = files.get(bundleRecordName);
  if (file === undefined) return undefined;
  const record = parseBundleRecord(await readTextFile(file.path));
  const wrong = differing(record, files);
  if (wrong.length === 0) return record;
  throw new RootimgError(
    'bundle-digest',
    `The bundle is not what was exported: ${wrong.slice(0, 8).join(', ')}.`,
    {
      hint: 'Copy it again, and ask where it comes from.',
    },
  );
}

/** xCAT: `-f` gives the profile, and the image a name by it. */
function renamed(columns: ReadonlyMap<string, string>, profile: string | undefined): Map<string, string> {
  if (profile === undefined) return new Map(columns);
  const of = (name: string) => columns.get(name) ?? '';
  const name = `${of('osvers')}-${of('osarch')}-${of('provmethod')}-${profile}`;
  return new Map([...columns, ['profile', profile], ['imagename', name]]);
}

function checkColumns(columns: ReadonlyMap<string, string>): void {
  const unset = needed.filter((name) => (columns.get(name) ?? '') === '');
  const problems: Problem[] = unset.map((name) => ({
    code: 'bundle-manifest',
    message: `The '${name}' field is not set in ${bundleManifestName} of the bundle.`,
  }));
  const parts = ['osvers', 'osarch', 'profile'].map((name) => [`${name} of the bundle`, columns.get(name)]);
  problems.push(...partProblems(Object.fromEntries(parts)));
  const fault = componentFault(columns.get('imagename') ?? '-');
  if (unset.length === 0 && fault !== undefined) {
    problems.push({ code: 'name', message: `imagename of the bundle cannot be a name here: ${fault}.` });
  }
  const method = columns.get('provmethod');
  if (method !== undefined && method !== 'netboot') {
    problems.push({
      code: 'provmethod',
      message: `The bundle has provmethod=${method}; netboot is taken here.`,
    });
  }
  throwProblems(problems);
}

/** What nodes boot, by the last parts of the paths that the description says. */
function bootFiles(
  files: BundledImage,
  { kernel = '', ramdisk = '', rootimg = '' }: BundleManifest,
): Pick<ImportPlan, 'kernel' | 'initrd' | 'packed'> {
  const name = basename(rootimg);
  const [first, second, third] = [kernel, ramdisk, rootimg].map((path) => files.get(basename(path)));
  const lacking = Object.entries({ kernel: first, ramdisk: second, rootimg: third }).filter(
    ([, file]) => file === undefined,
  );
  throwProblems(
    lacking.map(([what]) => ({ code: 'bundle-incomplete', message: `The bundle has no ${what}.` })),
  );
  if (!packedName.test(name)) {
    throw new RootimgError(
      'bundle-manifest',
      `The packed root of the bundle has a name that nodes do not know: ${JSON.stringify(name)}.`,
    );
  }
  if (first === undefined || second === undefined || third === undefined) throw new Error('unreachable');
  return { kernel: first, initrd: second, packed: { name, file: third } };
}

interface PlacedLists {
  readonly files: readonly PlacedFile[];
  /** What the attributes say from now on. */
  readonly values: ReadonlyMap<ListAttribute, string>;
}

async function placeLists(
  files: BundledImage,
  columns: ReadonlyMap<string, string>,
  oldProfile: string,
  folder: string,
  warnings: string[],
): Promise<PlacedLists> {
  const placed = new Map<string, PlacedFile>();
  const values = new Map<ListAttribute, string>();
  for (const { attribute, path, words } of listPlaces(columns)) {
    const file = files.get(basename(path));
    if (file === undefined) {
      // It would be run, or read, from whatever place of this host the bundle likes.
      warnings.push(`${attribute} of the bundle names ${path}, which is not in it: left out.`);
      continue;
    }
    const isHere =
      normalize(path) === path &&
      path.startsWith('/') &&
      (await digestOrReason(path).catch(() => '')) === file.sha256;
    const name = renamedList(basename(path), oldProfile, columns.get('profile') ?? '');
    const fault = componentFault(name);
    if (fault !== undefined)
      throw new RootimgError(
        'name',
        `${attribute} of the bundle names a file that cannot be made: ${fault}.`,
      );
    const to = isHere ? path : join(folder, name);
    if (!isHere) placed.set(to, { from: file, to, mode: attribute === 'postinstall' ? 0o755 : 0o644 });
    const before = values.get(attribute);
    values.set(attribute, `${before === undefined ? '' : `${before},`}${to}${words}`);
  }
  return { files: [...placed.values()], values };
}

/** Where the bundle means an extra file to be is told; what is written there, an administrator decides. */
function placeExtra(
  files: BundledImage,
  { extra }: BundleManifest,
  folder: string,
  warnings: string[],
): PlacedFile[] {
  const placed: PlacedFile[] = [];
  for (const [name, from] of files) {
    if (!name.startsWith('extra/')) continue;
    placed.push({ from, to: join(folder, name), mode: from.isProgram ? 0o755 : 0o644 });
  }
  if (placed.length > 0) {
    const wanted = extra.map(({ src, dest }) => `${basename(src)} in ${dest}`).join(', ');
    warnings.push(
      `Extra files are in ${join(folder, 'extra')}; the bundle means them to be elsewhere: ${wanted}.`,
    );
  }
  return placed;
}

function unknownParts(files: BundledImage, columns: ReadonlyMap<string, string>): string[] {
  const folders = [...files.keys()].filter((name) => name.includes('/') && !name.startsWith('extra/'));
  const tops = [...new Set(folders.map((name) => name.split('/')[0] ?? ''))];
  const unknown = [...columns.keys()].filter((name) => !isOsimageAttribute(name) && !ignored.has(name));
  const kits = columns.has('kitcomponents') ? ['kitcomponents'] : [];
  return [
    ...(tops.length === 0
      ? []
      : [`Not taken (kits are not kept here): the folders ${tops.join(', ')} of the bundle.`]),
    ...([...unknown, ...kits].length === 0
      ? []
      : [`Not taken: ${[...unknown, ...kits].join(', ')} of the bundle's description.`]),
  ];
}

/** Columns of xCAT's tables that say nothing of an image. */
const ignored = new Set(['comments', 'disable', 'media', 'litefile', 'postscripts', 'postbootscripts']);

function definitionOf(
  columns: ReadonlyMap<string, string>,
  lists: ReadonlyMap<ListAttribute, string>,
  rootimgdir: string,
): Map<string, string> {
  const kept = [...columns].filter(
    ([name]) =>
      isOsimageAttribute(name) && !dropped.includes(name) && !listAttributes.some((one) => one === name),
  );
  return new Map([['imagetype', 'linux'], ...kept, ...lists, ['rootimgdir', rootimgdir]]);
}

/** The set that the exporting host kept is not here. */
function packOf({ pack }: Manifest): Pick<Manifest, 'pack'> {
  if (pack === undefined) return {};
  const { generation: _, ...here } = pack;
  return { pack: here };
}
