import { withoutEndSlashes } from '../../base/slashes.ts';
import { readRegularFile } from '../../base/regular-file.ts';
import type { Repository } from '../../plan/build-plan.ts';
import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import type { PreparedRepository } from './apt-open.ts';

/** Bytes of the longest index that is read: Debian's has a tenth. */
const longestIndex = 2 ** 29 - 1024;

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
export async function readLists(
  apt: Apt,
  prepared: readonly PreparedRepository[],
  task: Pick<AptTask, 'sources' | 'environment'>,
  names: ReadonlySet<string>,
): Promise<IndexedPackage[]> {
  const format = '$(FILENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  const argv = ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'];
  const { stdout } = await callHostApt(apt, argv, task);
  const found: IndexedPackage[] = [];
  for (const line of stdout.split('\n').filter((one) => one !== '')) {
    const [file = '', url = '', suite = '', component = ''] = line.split('|');
    const one = prepared.find((each) => holds(each, url, suite, component));
    if (one === undefined) continue;
    for (const stanza of paragraphsOf(await readRegularFile(file, longestIndex), names)) {
      found.push(indexed(stanza, one.repository, url));
    }
  }
  return found;
}

function holds(one: PreparedRepository, url: string, suite: string, component: string): boolean {
  const same = withoutEndSlashes(one.url) === withoutEndSlashes(url);
  const { deb, keptIn } = one.repository;
  if (!same || keptIn !== undefined || deb === undefined || suite === '') return same;
  return deb.suite === suite && (deb.components.length === 0 || deb.components.includes(component));
}

const newline = 0x0a;
const emptyLine = Buffer.from('\n\n');
const nameField = 'Package:';
const nameLine = Buffer.from(`\n${nameField}`);

/**
 * The paragraphs of packages of these names in an index: tens of megabytes, of which only these are made text of.
 * It is searched for the names alone, as long words are found faster than short ones, and there are a million lines.
 */
export function* paragraphsOf(index: Buffer, names: ReadonlySet<string>): Generator<string> {
  // Nothing stands before the first line.
  const isFirst = index.toString('latin1', 0, nameField.length) === nameField;
  let at = isFirst ? -1 : index.indexOf(nameLine);
  if (!isFirst && at === -1) return;
  do {
    const from = at + nameLine.length;
    let end = from;
    while (end < index.length && index[end] !== newline) end += 1;
    if (names.has(index.toString('latin1', from, end).trim())) yield paragraphAround(index, at, end);
    at = index.indexOf(nameLine, end);
  } while (at !== -1);
}

/** The paragraph with a line that begins behind `at` and ends before `end`. */
function paragraphAround(index: Buffer, at: number, end: number): string {
  const before = at < 0 ? -1 : index.lastIndexOf(emptyLine, at);
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
