import type { MediumEntry } from './medium.ts';

const types = new Map<string, MediumEntry['type']>([
  ['dir', 'folder'],
  ['file', 'file'],
  ['link', 'link'],
]);

/** A table of contents, and the paths of what no medium has: devices, pipes, sockets. */
export interface Listing {
  readonly entries: readonly MediumEntry[];
  readonly odd: readonly string[];
}

/**
 * Reads the table of contents that `bsdtar --format=mtree` writes (mtree(5)): one entry a line, `./path
 * key=value …`, bytes of a path that are not plain as `\ooo`. The root itself is left out.
 */
export function readMtree(text: string): Listing {
  const entries: MediumEntry[] = [];
  const odd: string[] = [];
  for (const line of text.split('\n')) {
    const [name = '', ...words] = line.split(' ');
    if (!name.startsWith('./')) continue;
    const values = new Map(words.map((word) => splitWord(word)));
    const path = unescapePath(name.slice(2));
    const type = types.get(values.get('type') ?? '');
    if (type === undefined) {
      odd.push(path);
      continue;
    }
    const size = Number(values.get('size') ?? 0);
    // libarchive gives a second name of the same extent no size of its own.
    const secondName = type === 'file' && size === 0 && Number(values.get('nlink') ?? 1) > 1;
    entries.push({
      path,
      type,
      size: secondName ? undefined : type === 'file' ? size : 0,
      mtime: Math.floor(Number(values.get('time') ?? 0)),
      ...(type === 'link' ? { target: unescapePath(values.get('link') ?? '') } : {}),
    });
  }
  return { entries, odd };
}

function splitWord(word: string): [string, string] {
  const at = word.indexOf('=');
  return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

function unescapePath(path: string): string {
  if (!path.includes('\\')) return path;
  const bytes = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
