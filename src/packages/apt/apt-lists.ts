import { open } from 'node:fs/promises';
import { refuseLarger, refuseOther } from '../../base/regular-file.ts';
import { withoutEndSlashes } from '../../base/slashes.ts';
import type { Repository } from '../../plan/build-plan.ts';
import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import type { PreparedRepository } from './apt-open.ts';

/** Bytes of the longest paragraph that is read: a Debian package has some thousand at most. */
const longestParagraph = 2 ** 26;

/** A package as the index of its repository tells of it. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly repository: Repository;
  /** The whole paragraph, without an empty line. */
  readonly stanza: string;
  /** `sha256:` and hex. */
  readonly digest: string;
  /** Address of the file. */
  readonly url: string;
}

/** The packages of these names in the indexes that apt has fetched. */
export type ReadLists = (names: ReadonlySet<string>) => Promise<IndexedPackage[]>;

/** Reads the indexes of a task's repositories; apt is asked once where they are. */
export function listsReader(
  apt: Apt,
  prepared: readonly PreparedRepository[],
  taskOf: () => Promise<Pick<AptTask, 'sources' | 'environment'>>,
): ReadLists {
  let targets: Promise<readonly IndexFile[]> | undefined;
  return async (names) => {
    targets ??= taskOf().then((task) => indexFiles(apt, prepared, task));
    const found: IndexedPackage[] = [];
    for (const { path, url, repository } of await targets) {
      for await (const stanza of paragraphsIn(path, names)) found.push(indexed(stanza, repository, url));
    }
    return found;
  };
}

/** An index that apt has fetched. */
interface IndexFile {
  readonly path: string;
  /** Of its repository, as apt writes it. */
  readonly url: string;
  readonly repository: Repository;
}

async function indexFiles(
  apt: Apt,
  prepared: readonly PreparedRepository[],
  task: Pick<AptTask, 'sources' | 'environment'>,
): Promise<IndexFile[]> {
  const format = '$(FILENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  const argv = ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'];
  const { stdout } = await callHostApt(apt, argv, task);
  return stdout.split('\n').flatMap((line) => {
    if (line === '') return [];
    const [path = '', url = '', suite = '', component = ''] = line.split('|');
    const one = prepared.find((each) => holds(each, url, suite, component));
    return one === undefined ? [] : [{ path, url, repository: one.repository }];
  });
}

function holds(one: PreparedRepository, url: string, suite: string, component: string): boolean {
  const same = withoutEndSlashes(one.url) === withoutEndSlashes(url);
  const { deb, keptIn } = one.repository;
  if (!same || keptIn !== undefined || deb === undefined || suite === '') return same;
  return deb.suite === suite && (deb.components.length === 0 || deb.components.includes(component));
}

/**
 * The paragraphs of packages of these names in an index, which is read piece by piece into the same memory: new
 * memory for the tens of megabytes of it costs more than reading them.
 */
export async function* paragraphsIn(
  path: string,
  names: ReadonlySet<string>,
  pieceSize = 256 * 1024,
): AsyncGenerator<string> {
  let piece: Buffer = Buffer.allocUnsafe(pieceSize);
  let filled = 0;
  const file = await open(path);
  try {
    refuseOther(path, await file.stat());
    for (let read = 1; read > 0;) {
      if (filled === piece.length) piece = longer(path, piece);
      read = (await file.read(piece, filled, piece.length - filled, null)).bytesRead;
      filled += read;
      const whole = read === 0 ? filled : wholeLength(piece.subarray(0, filled));
      yield* paragraphsOf(piece.subarray(0, whole), names);
      piece.copyWithin(0, whole, filled);
      filled -= whole;
    }
  } finally {
    await file.close();
  }
}

/** A paragraph that is longer than a piece. */
function longer(path: string, piece: Buffer): Buffer {
  refuseLarger(path, piece.length * 2, longestParagraph);
  return Buffer.concat([piece], piece.length * 2);
}

/** How much of a piece are whole paragraphs, with the empty line behind each. */
function wholeLength(piece: Buffer): number {
  const last = piece.lastIndexOf(emptyLine);
  return last === -1 ? 0 : last + emptyLine.length;
}

const newline = 0x0a;
const emptyLine = Buffer.from('\n\n');
/** Searched for without the end of the line before it: there are a million of them, and few letters like its first. */
const nameField = Buffer.from('Package:');

/** The paragraphs of packages of these names in an index, or in a piece of one; of these only is made text. */
export function* paragraphsOf(index: Buffer, names: ReadonlySet<string>): Generator<string> {
  let at = index.indexOf(nameField);
  while (at !== -1) {
    let end = at + nameField.length;
    if (at === 0 || index[at - 1] === newline) {
      const from = end;
      while (end < index.length && index[end] !== newline) end += 1;
      if (names.has(index.toString('latin1', from, end).trim())) yield paragraphAround(index, at, end);
    }
    at = index.indexOf(nameField, end);
  }
}

/** The paragraph with a line from `at` to `end`. */
function paragraphAround(index: Buffer, at: number, end: number): string {
  const before = at === 0 ? -1 : index.lastIndexOf(emptyLine, at - 1);
  const after = index.indexOf(emptyLine, end);
  const start = before === -1 ? 0 : before + emptyLine.length;
  return index.toString('utf8', start, after === -1 ? index.length : after);
}

/** The paragraphs of a file of control data. */
export function paragraphs(text: string): string[] {
  return text.split(/\n{2,}/).filter((one) => one.trim() !== '');
}

/** Value of a field of one line; empty where there is none. */
export function fieldOf(stanza: string, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'm').exec(stanza)?.[1] ?? '';
}

function indexed(stanza: string, repository: Repository, url: string): IndexedPackage {
  return {
    ...{ name: fieldOf(stanza, 'Package'), version: fieldOf(stanza, 'Version') },
    ...{ arch: fieldOf(stanza, 'Architecture'), repository, stanza: stanza.trim() },
    digest: `sha256:${fieldOf(stanza, 'SHA256')}`,
    url: `${withoutEndSlashes(addressOf(url))}/${fieldOf(stanza, 'Filename').replace(/^\.\//, '')}`,
  };
}

/** Of a folder its path: what follows is the name of a file, in which no byte is written otherwise. */
function addressOf(url: string): string {
  return url.startsWith('copy:') ? decodeURIComponent(url) : url;
}
