import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../../src/base/errors.ts';
import { checkObject } from '../../../src/definition/check.ts';
import { oneFileStore } from '../../../src/definition/one-file-store.ts';
import { isObjectType } from '../../../src/definition/object.ts';
import { readStanza } from '../../../src/definition/stanza.ts';
import { writeStanza } from '../../../src/definition/stanza-write.ts';
import { openStore } from '../../../src/definition/store.ts';
import { readExcludeLists } from '../../../src/resolve/exclude-list.ts';
import type { PackageListKind } from '../../../src/resolve/package-entry.ts';
import { readPackageLists } from '../../../src/resolve/package-list.ts';
import { readSyncLists } from '../../../src/resolve/sync-list.ts';

/**
 * Reads the bytes as `<folder>/self` and gives the lines that neither came back nor are named; `other` and
 * `a` lie beside it.
 */
export type Reader = (folder: string, content: Buffer) => Promise<string[]>;

const variable = /\$(?:\{A\}|A(?!\w))/g;

const packageList =
  (kind: PackageListKind): Reader =>
  async (folder, content) => {
    const path = join(folder, 'self');
    await writeFile(path, content);
    const lists = await readPackageLists('self', kind, { cwd: folder, variables: { A: 'a' } });
    const back = JSON.stringify([lists.passes, lists.files.map((file) => file.path)]);
    const isComment = (line: string) =>
      /^[\s,]*(#|$)/.test(line) && !/^[\s,]*#(INCLUDE|ENV):[^#]+#/.test(line);
    return lost(path, content, isComment, { back, diagnostics: [lists.problems, lists.warnings] }, (line) =>
      line
        .split(',')
        .filter((part) => !/^\s*#(?!INCLUDE:|ENV:)/.test(part))
        .join(',')
        // `-dir/name` removes name.
        .replaceAll(/(^|,)\s*-{1,2}[^,]*\//g, ','),
    );
  };

const excludeList: Reader = async (folder, content) => {
  const path = join(folder, 'self');
  await writeFile(path, content);
  const lists = await readExcludeLists('self', folder);
  return lost(
    path,
    content,
    (line) => line.startsWith('#') && !/^#INCLUDE:[^#]+#/.test(line),
    {
      back: JSON.stringify([lists.rules, join(folder, 'other')]),
      diagnostics: [lists.problems, lists.warnings],
    },
    // A comment may follow an include, as it may follow a pattern.
    (line) => line.replace(/^((?:#INCLUDE:[^#]+#\s*)*)([^#]*)#.*$/s, '$1$2'),
  );
};

const syncList: Reader = async (folder, content) => {
  const path = join(folder, 'self');
  await writeFile(path, content);
  const lists = await readSyncLists('self', folder, { A: 'a' });
  return lost(
    path,
    content,
    (line) => /^((EXECUTE|EXECUTEALWAYS|APPEND|MERGE):\s*)?(#|$)/.test(line),
    { back: JSON.stringify(lists.entries), diagnostics: [lists.problems, lists.notices] },
    (line) =>
      line
        .replace(/^(APPEND|MERGE):/, '')
        // What a wildcard stands for comes back in its place.
        .replaceAll(/\S*[*?[]\S*/g, ''),
  );
};

const stanza: Reader = async (folder, content) => {
  const path = join(folder, 'self');
  await writeFile(path, content);
  await oneFileStore(
    path,
    openStore(folder, async () => () => undefined),
  )
    .readAll('osimage')
    .catch((error: unknown) => {
      if (!(error instanceof RootimgError)) throw error;
    });
  const text = content.toString('utf8');
  const { objects, problems, warnings } = readStanza(text, path);
  const whole = objects.filter((object) => checkObject(object).length === 0);
  const rendered = writeStanza(
    whole.map(({ name, type, attributes }) => ({
      name,
      type: type !== undefined && isObjectType(type) ? type : 'osimage',
      attributes: new Map(
        [...attributes].flatMap(([key, { value }]) => (value === '' ? [] : [[key, value] as const])),
      ),
      origins: new Map(),
    })),
  );
  const again = readStanza(rendered, path);
  if (again.problems.length > 0) throw new Error(`the re-rendered stanza has problems:\n${rendered}`);
  const emptied = objects.flatMap(({ attributes }) =>
    [...attributes].flatMap(([key, { value }]) => (value === '' ? [key] : [])),
  );
  const broken = objects.filter((object) => !whole.includes(object));
  const back = `${rendered}\n${JSON.stringify([emptied, objects.map(({ name, type }) => [name, type]), broken.map(said)])}\n`;
  const types = new Set(objects.map(({ type }) => type));
  const decoded = `${back}${back.replaceAll(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))}`;
  return lost(
    path,
    content,
    inUsedDefaults(types),
    { back: decoded, diagnostics: [problems, warnings, broken.flatMap(checkObject)] },
    (line) => line,
  );
};

/** An object that was read and is refused with problems of its own. */
function said({ attributes }: ReturnType<typeof readStanza>['objects'][number]): string[][] {
  return [...attributes].map(([key, { value }]) => [key, value]);
}

/**
 * True for comments and for what stands in a section of defaults of which an object exists: each object may
 * say otherwise.
 */
function inUsedDefaults(types: ReadonlySet<string | undefined>): (line: string) => boolean {
  let type: string | undefined;
  return (line) => {
    if (line.startsWith('#')) return true;
    if (line.endsWith(':') && !line.includes('=')) type = /^default-([^-]+?)\s*:$/.exec(line)?.[1];
    if (type === undefined) return false;
    return line.endsWith(':') || types.has(type) || /^objtype\s*=/.test(line);
  };
}

interface Found {
  /** All that came back, as text. */
  readonly back: string;
  /** Problems with origins, and texts that begin with `file:line`. */
  readonly diagnostics: unknown;
}

const directives = new Set(['INCLUDE', 'ENV', 'NEW_INSTALL_LIST', 'objtype', 'osimage']);

/** The meaningful lines of which a word neither came back nor is in a line that a diagnostic names. */
function lost(
  path: string,
  content: Buffer,
  isComment: (line: string) => boolean,
  { back, diagnostics }: Found,
  meaning: (line: string) => string,
): string[] {
  const named = namedLines(path, diagnostics);
  const lines = content
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n');
  return lines.flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || isComment(line) || named.has(index + 1)) return [];
    const missing = (text: string) =>
      (text.match(/[A-Za-z0-9_.]+/g) ?? []).filter(
        (word) => /\w/.test(word) && !back.includes(word) && !directives.has(word),
      );
    const text = meaning(line);
    const words = missing(text);
    if (words.length === 0 || missing(text.replaceAll(variable, 'a')).length === 0) return [];
    return [`line ${index + 1}, ${words.join(' ')}: ${JSON.stringify(line)}`];
  });
}

function namedLines(path: string, diagnostics: unknown): Set<number> {
  const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const all = JSON.stringify(diagnostics);
  const numbers = [
    ...all.matchAll(new RegExp(`"file":"${escaped}","line":(\\d+)`, 'g')),
    ...all.matchAll(new RegExp(`${escaped}:(\\d+)`, 'g')),
  ];
  const named = new Set(numbers.map(([, number]) => Number(number)));
  for (const [, list = ''] of all.matchAll(/\(lines ([\d, ]+)\)/g)) {
    for (const line of list.split(', ')) named.add(Number(line));
  }
  for (const [, from, to] of all.matchAll(/lines (\d+) to (\d+)/g)) {
    for (let line = Number(from); line <= Number(to); line += 1) named.add(line);
  }
  return named;
}

export const readers: Readonly<Record<string, Reader>> = {
  stanza,
  pkglist: packageList('pkglist'),
  otherpkglist: packageList('otherpkglist'),
  exlist: excludeList,
  synclist: syncList,
};
