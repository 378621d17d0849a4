import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { own } from '../base/own.ts';
import { RootimgError } from '../base/errors.ts';

/** Name of the description in the folder of each image. */
export const bundleManifestName = 'manifest.xml';

/** Bytes of the longest description that is read: that of an image with all kits of a site has some ten thousand. */
export const longestManifest = 1024 * 1024;

/** What a bundle says of an image (xCAT: manifest.xml of imgexport). Paths are those of the exporting machine. */
export interface BundleManifest {
  /** Columns of the tables osimage and linuximage, which are attributes of the definition. */
  readonly columns: ReadonlyMap<string, string>;
  readonly kernel: string | undefined;
  readonly ramdisk: string | undefined;
  readonly rootimg: string | undefined;
  readonly extra: readonly { readonly src: string; readonly dest: string }[];
}

/** Columns of xCAT's table osimage; those of linuximage are all others. */
const osimageColumns = new Set(
  (
    'imagename groups profile imagetype description provmethod rootfstype osdistroname osupdatename cfmdir osname ' +
    'osvers osarch synclists postscripts postbootscripts serverrole isdeletable kitcomponents environvar'
  ).split(' '),
);

const xml = { ignoreAttributes: true, format: true, processEntities: true } as const;

/** The description as xCAT reads it. */
export function bundleManifestText({ columns, kernel, ramdisk, rootimg, extra }: BundleManifest): string {
  const set = [...columns].filter(([, value]) => value !== '');
  const inTable = (isOsimage: boolean) =>
    Object.fromEntries(set.filter(([name]) => osimageColumns.has(name) === isOsimage));
  const name = columns.get('imagename') ?? '';
  const files = Object.entries({ kernel, ramdisk, rootimg }).filter(([, path]) => path !== undefined);
  const xcatimage = {
    osimage: inTable(true),
    linuximage: { imagename: name, ...inTable(false) },
    ...Object.fromEntries(files),
    ...(extra.length === 0 ? {} : { extra }),
  };
  return String(new XMLBuilder(xml).build({ xcatimage }));
}

/**
 * Reads a description. Throws `bundle-manifest` for what is no XML, holds declarations (entities could lead to
 * files of this host, or grow without end), or has another form. Of what it does not know nothing is taken.
 */
export function parseBundleManifest(text: string): BundleManifest {
  if (/<!(?!--)/.test(text)) throw refused('it holds a declaration (<!DOCTYPE, <!ENTITY, <![CDATA[)');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw refused(`it is not XML (line ${valid.err.line}: ${valid.err.msg})`);
  const root = section(parse(text), 'xcatimage');
  if (root === undefined) throw refused('it has no xcatimage');
  // Bundles of xCAT 2.7 have the columns at the top.
  const parts = [root, section(root, 'osimage'), section(root, 'linuximage')];
  const columns = new Map(parts.flatMap((part) => words(part ?? {})));
  const extra = listOf(own(root, 'extra')).map((one) => ({
    src: word(section({ one }, 'one') ?? {}, 'src') ?? '',
    dest: word(section({ one }, 'one') ?? {}, 'dest') ?? '',
  }));
  for (const name of notColumns) columns.delete(name);
  const [kernel, ramdisk, rootimg] = notColumns.map((name) => word(root, name));
  return { columns, kernel, ramdisk, rootimg, extra };
}

const notColumns = ['kernel', 'ramdisk', 'rootimg'] as const;

type Section = Readonly<Record<string, unknown>>;

function parse(text: string): Section {
  const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });
  try {
    return parser.parse(text) as Section;
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

function section(of: Section, name: string): Section | undefined {
  const found = own(of, name);
  return typeof found === 'object' && found !== null && !Array.isArray(found)
    ? (found as Section)
    : undefined;
}

function words(of: Section): [string, string][] {
  return Object.entries(of).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
  );
}

function word(of: Section, name: string): string | undefined {
  const found = own(of, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function refused(why: string): RootimgError {
  return new RootimgError('bundle-manifest', `${bundleManifestName} of the bundle is refused: ${why}.`);
}
