import { dirname, isAbsolute, resolve } from 'node:path';
import { formatOrigin, type Origin, type Problem } from '../base/errors.ts';
import type { SyncEntry } from '../plan/pack-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { substituteVariables } from './directives.ts';
import { isFolder } from '../base/exists.ts';
import { expandPattern, hasWildcard } from '../base/glob.ts';
import { hasUnprintable, isProblem, type ListLine, readListFile } from './list-file.ts';

export interface SyncLists {
  readonly entries: readonly SyncEntry[];
  readonly problems: readonly Problem[];
  /**
   * What the lists say for running nodes and not for the image: entries with a node range, scripts to
   * execute.
   */
  readonly notices: readonly string[];
}

type Section = 'copy' | 'EXECUTE' | 'EXECUTEALWAYS' | 'APPEND' | 'MERGE';

interface Reading {
  readonly entries: SyncEntry[];
  readonly problems: Problem[];
  readonly notices: string[];
  /** environvar of the definition, for `$NAME` in the lines. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Reads a synclists attribute: one or more files, comma separated, names relative to `cwd`; sources in them
 * relative to their list's folder. Sources come back absolute, existing, without wildcards; a destination
 * that must be a folder ends in `/`.
 */
export async function readSyncLists(
  value: string | undefined,
  cwd: string,
  variables: Readonly<Record<string, string>>,
  asked?: Origin,
): Promise<SyncLists> {
  const reading: Reading = { entries: [], problems: [], notices: [], variables };
  const { names, hasGap } = splitCommaList(value);
  if (hasGap) reading.problems.push(listGap('synclists', value, asked));
  for (const name of names) await readOne(reading, resolve(cwd, name), asked);
  return reading;
}

async function readOne(reading: Reading, path: string, asked: Origin | undefined): Promise<void> {
  const file = await readListFile(path, 'synclist', asked);
  if (isProblem(file)) {
    reading.problems.push(file);
    return;
  }
  let section: Section = 'copy';
  for (const line of file.lines) {
    const match = /^(EXECUTE|EXECUTEALWAYS|APPEND|MERGE):(.*)$/.exec(line.text);
    if (match !== null) section = match[1] as Section;
    const text = (match?.[2] ?? line.text).trim();
    if (text === '' || text.startsWith('#')) continue;
    await readEntry(reading, section, { ...line, text: substituteVariables(text, reading.variables) });
  }
}

async function readEntry(reading: Reading, section: Section, line: ListLine): Promise<void> {
  const { text, origin } = line;
  if (section === 'EXECUTE' || section === 'EXECUTEALWAYS') {
    reading.notices.push(
      `${formatOrigin(origin)}: ${text} runs on the nodes (${section}), not while the image is packed.`,
    );
    return;
  }
  const arrow = /\s->\s/.exec(text);
  if (arrow === null || hasUnprintable(text)) {
    reading.problems.push(badLine(origin, `'${text}' is not an entry of a synclist.`));
    return;
  }
  const left = text.slice(0, arrow.index).trimEnd();
  const right = text.slice(arrow.index + arrow[0].length).trimStart();
  const range = /^\(([^)]*)\)\s*(.*)$/.exec(right);
  if (range !== null) {
    reading.notices.push(
      `${formatOrigin(origin)}: ${left} → ${range[2]} is for the nodes ${range[1]}, not for the image.`,
    );
    return;
  }
  await addEntry(reading, section, left.split(/\s+/), right, origin);
}

async function addEntry(
  reading: Reading,
  section: 'copy' | 'APPEND' | 'MERGE',
  names: readonly string[],
  destination: string,
  origin: Origin,
): Promise<void> {
  const wrong = wrongDestination(section, destination);
  if (wrong !== undefined) {
    reading.problems.push(badLine(origin, wrong));
    return;
  }
  const sources: string[] = [];
  for (const name of names) sources.push(...(await sourcesOf(reading, name, origin)));
  // What a wildcard stands for goes into a folder, also when it is one file: which name it has nobody knows.
  const intoFolder = names.length > 1 || names.some(hasWildcard) || destination.endsWith('/.');
  const kind = section === 'copy' ? 'copy' : section === 'APPEND' ? 'append' : 'merge';
  if (sources.length === 0) return;
  reading.entries.push({
    kind,
    sources,
    destination:
      kind === 'copy' && intoFolder && !destination.endsWith('/') ? `${destination}/` : destination,
    origin,
  });
}

/**
 * The paths that a source of a line stands for; one that ends in `/` when the content of a folder is meant
 * (rsync: `dir/`, `dir/.`, `..`).
 */
async function sourcesOf(reading: Reading, name: string, origin: Origin): Promise<string[]> {
  const isContent = /(^|\/)\.{0,2}$/.test(name);
  const path = isAbsolute(name) ? name : `${dirname(origin.file)}/${name}`;
  const found = await expandPattern(path);
  const problem = (message: string) => reading.problems.push({ code: 'sync-source', message, origin });
  if (found.length === 0) {
    problem(hasWildcard(name) ? `Nothing matches '${path}'.` : `The file '${path}' does not exist.`);
  }
  if (!isContent) return found;
  const isThere = await Promise.all(found.map(isFolder));
  const folders = found.filter((_, index) => isThere[index]);
  if (found.length > 0 && folders.length === 0) problem(`'${path}' is not a folder.`);
  return folders.map((folder) => `${folder}/`);
}

const mergeTargets = ['/etc/passwd', '/etc/shadow', '/etc/group'];

function wrongDestination(section: string, destination: string): string | undefined {
  if (!destination.startsWith('/')) return `The destination '${destination}' is not absolute.`;
  if (/\s/.test(destination)) return `'${destination}' is more than one destination.`;
  if (destination.split('/').includes('..'))
    return `The destination '${destination}' leaves its folder by '..'.`;
  if (section === 'MERGE' && !mergeTargets.includes(destination)) {
    return `MERGE knows ${mergeTargets.join(', ')}, not '${destination}'.`;
  }
  return undefined;
}

function badLine(origin: Origin, message: string): Problem {
  return {
    code: 'sync-line',
    message,
    origin,
    hint: 'An entry is written: /source … -> /destination (blanks around the arrow).',
  };
}
