import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { unpacked } from './unpacked.ts';

/** A package as the metadata of its repository tells of it. */
export interface PrimaryPackage {
  readonly name: string;
  /** With epoch (where it is not 0) and release. */
  readonly version: string;
  readonly arch: string;
  /** Of the file: `sha256:` and hex, or another algorithm. */
  readonly digest: string;
  /** Path below the address of the repository. */
  readonly location: string;
}

/**
 * The packages of these names in the metadata that lies in a folder `repodata`, as a package manager caches it.
 */
export async function readPrimary(repodata: string, names: ReadonlySet<string>): Promise<PrimaryPackage[]> {
  return packagesOf(await readPrimaryText(repodata), names);
}

async function readPrimaryText(repodata: string): Promise<string> {
  const index = await readTextFile(join(repodata, 'repomd.xml'));
  const files = ['primary', 'primary_zck'].flatMap((type) => locationOf(index, type) ?? []);
  for (const file of files) {
    const text = await unpacked(join(repodata, basename(file))).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return text;
  }
  throw new Error(`there are no packages in ${repodata}`);
}

/**
 * Makes metadata that a package manager has cached, and checked, tell of some of its packages alone: its
 * primary.xml is written anew, and repomd.xml leads there.
 */
export async function narrowPrimary(
  repodata: string,
  isKept: (one: PrimaryPackage) => boolean,
): Promise<void> {
  const text = narrowed(await readPrimaryText(repodata), isKept);
  const index = join(repodata, 'repomd.xml');
  const changed = (await readTextFile(index)).replace(
    /(<data type="primary">.*?<location [^>]*href=")[^"]+/s,
    (_, before: string) => `${before}repodata/primary.xml`,
  );
  await writeFile(join(repodata, 'primary.xml'), text);
  await writeFile(index, changed);
}

/** The text of a primary.xml without the packages that are not kept. */
export function narrowed(text: string, isKept: (one: PrimaryPackage) => boolean): string {
  const end = '</package>';
  const parts: string[] = [];
  let from = 0;
  for (const { name, at } of starts(text)) {
    const until = text.indexOf(end, at);
    const after = until === -1 ? text.length : until + end.length;
    parts.push(text.slice(from, at));
    if (isKept({ name, ...factsOf(headOf(text, at)) })) parts.push(text.slice(at, after));
    from = after;
  }
  return [...parts, text.slice(from)].join('');
}

function locationOf(index: string, type: string): string | undefined {
  const [, section] = new RegExp(`<data type="${type}">(.*?)</data>`, 's').exec(index) ?? [];
  return /<location [^>]*href="([^"]+)"/.exec(section ?? '')?.[1];
}

/** The packages of these names in the text of a primary.xml. */
export function packagesOf(text: string, names: ReadonlySet<string>): PrimaryPackage[] {
  const found: PrimaryPackage[] = [];
  for (const { name, at } of starts(text)) {
    if (names.has(name)) found.push({ name, ...factsOf(headOf(text, at)) });
  }
  return found;
}

/** Where each package begins, and its name. */
function* starts(text: string): Generator<{ name: string; at: number }> {
  for (let at = text.indexOf('<package '); at !== -1; at = text.indexOf('<package ', at + 1)) {
    const start = text.indexOf('<name>', at) + '<name>'.length;
    yield { name: plain(text.slice(start, text.indexOf('<', start))), at };
  }
}

/** What is told of a package before its long lists. */
function headOf(text: string, at: number): string {
  const end = text.indexOf('<format>', at);
  return text.slice(at, end === -1 ? text.indexOf('</package>', at) : end);
}

function factsOf(part: string): Omit<PrimaryPackage, 'name'> {
  const version = /<version ([^>]*)>/.exec(part)?.[1] ?? '';
  const value = (name: string) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(version)?.[1] ?? '');
  const epoch = value('epoch');
  const [, type = '', digest = ''] = /<checksum type="(\w+)"[^>]*>\s*([0-9a-f]+)/.exec(part) ?? [];
  return {
    version: `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${value('ver')}-${value('rel')}`,
    arch: plain(/<arch>([^<]*)</.exec(part)?.[1] ?? ''),
    digest: `${type === 'sha' ? 'sha1' : type}:${digest}`,
    location: plain(/<location [^>]*href="([^"]*)"/.exec(part)?.[1] ?? ''),
  };
}

function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
