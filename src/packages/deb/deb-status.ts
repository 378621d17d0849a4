/** A package of dpkg's database that has files in the tree. */
export interface DebPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Bytes that its files take, as its maintainer says. */
  readonly bytes: number;
  /** Whether dpkg is done with it: neither half-installed, unpacked, nor waiting for a script or trigger. */
  readonly finished: boolean;
  /** `half-configured`, `unpacked`, …: dpkg's word. */
  readonly state: string;
  /** Configuration files with the MD5 digest (hex) that the package gave them. */
  readonly conffiles: readonly { readonly path: string; readonly md5: string }[];
  /** Its part of the database as it stands there. */
  readonly text: string;
}

/** States of packages whose files are not, or no longer, in the tree. */
const absent = new Set(['not-installed', 'config-files']);

/**
 * Reads a database in dpkg's format (deb-control(5), dpkg(1) for the words of Status): later parts replace
 * earlier ones of the same package. A part without Status is an installed package (images that keep
 * `status.d`); what names no package is none.
 */
export function parseStatus(text: string): DebPackage[] {
  const found = new Map<string, DebPackage>();
  for (const part of text.split(/\n(?:[ \t]*\n)+/)) {
    const one = parsePart(part.replace(/^\n+|\n+$/g, ''));
    if (one === undefined) continue;
    const key = `${one.name}:${one.arch}`;
    if (absent.has(one.state)) found.delete(key);
    else found.set(key, one);
  }
  return [...found.values()];
}

function parsePart(text: string): DebPackage | undefined {
  const fields = readFields(text);
  const name = fields.get('package') ?? '';
  if (!isPackageName(name)) return undefined;
  const [, error = 'ok', state = 'installed'] = (fields.get('status') ?? '').split(/\s+/);
  return {
    name,
    version: fields.get('version') ?? '',
    arch: fields.get('architecture') ?? '',
    bytes: kibibytes(fields.get('installed-size')),
    finished: state === 'installed' && error === 'ok',
    state,
    conffiles: readConffiles(fields.get('conffiles') ?? ''),
    text,
  };
}

/** The name becomes part of file names below info: nothing but what dpkg lets in (deb-control(5)). */
function isPackageName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9+.-]*$/.test(name);
}

/**
 * Name and version of the source that a package was built from (deb-control(5): Source); undefined where they
 * are its own.
 */
export function sourceOf({
  text,
  name,
  version,
}: Pick<DebPackage, 'text' | 'name' | 'version'>): { name: string; version: string } | undefined {
  const [, source, own = version] =
    /^(\S+)(?: \(([^()\s]+)\))?$/.exec(readFields(text).get('source') ?? '') ?? [];
  if (source === undefined || (source === name && own === version)) return undefined;
  return { name: source, version: own };
}

function kibibytes(text = ''): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1024 : 0;
}

/** Fields by name in small letters; continuation lines stay apart by line feeds. */
export function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      current.push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    current = [line.slice(colon + 1).trim()];
    fields.set(line.slice(0, colon).toLowerCase(), current);
  }
  return new Map([...fields].map(([name, lines]) => [name, lines.join('\n')]));
}

/** Lines `PATH MD5`; those marked obsolete or to be removed belong to an earlier version. */
function readConffiles(text: string): { path: string; md5: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, path = '', md5 = ''] = /^(\/.*) ([0-9a-f]{32})$/.exec(line) ?? [];
    return path === '' ? [] : [{ path, md5 }];
  });
}
