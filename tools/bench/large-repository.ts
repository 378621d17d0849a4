import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** What tells of the packages of a repository, as far as dnf and zypper read it. */
const kinds = ['primary', 'filelists'] as const;

/**
 * Makes a repository of real size: `copies` times the packages of another, each time under names of their own
 * that need one another as the first do. Of the packages there are empty files: nothing is fetched from it.
 */
export async function makeLargeRepository(from: string, to: string, copies: number): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(join(to, 'repodata'), { recursive: true });
  const index = await readFile(join(from, 'repodata/repomd.xml'), 'utf8');
  const sections: string[] = [];
  for (const kind of kinds) {
    const [, place = ''] = new RegExp(`<data type="${kind}">.*?href="([^"]+)"`, 's').exec(index) ?? [];
    const text = manyTimes(gunzipSync(await readFile(join(from, place))).toString('utf8'), copies);
    if (kind === 'primary') await writeFiles(to, text);
    sections.push(await writeMetadata(to, kind, text));
  }
  const head = index.slice(0, index.indexOf('<data '));
  await writeFile(join(to, 'repodata/repomd.xml'), `${head}${sections.join('')}</repomd>\n`);
}

/** A name of the repository that was copied, in its `copy`th copy. */
export function nameInCopy(name: string, copy: number): string {
  return copy === 0 ? name : `${name}-copy${copy}`;
}

/** Metadata with all its packages `copies` times. */
export function manyTimes(text: string, copies: number): string {
  const from = text.indexOf('<package ');
  const to = text.lastIndexOf('</package>') + '</package>'.length;
  const packages = text.slice(from, to);
  const all = Array.from({ length: copies }, (_, copy) => (copy === 0 ? packages : copied(packages, copy)));
  const count = packages.split('</package>').length - 1;
  const head = text.slice(0, from).replace(/packages="\d+"/, `packages="${count * copies}"`);
  return `${head}${all.join('\n')}${text.slice(to)}`;
}

/** Names of packages, of what they provide, need and hold, and their digests; not what rpm itself must be able to do. */
function copied(packages: string, copy: number): string {
  const digits = copy.toString(16).padStart(8, '0');
  const renamed = (_: string, before: string, name: string, after: string) =>
    `${before}${nameInCopy(name, copy)}${after}`;
  return packages
    .replace(/(<name>)([^<]*)(<)/g, renamed)
    .replace(/(<package pkgid="[0-9a-f]{64}" name=")([^"]*)(")/g, renamed)
    .replace(/(<rpm:entry name=")((?!rpmlib\()[^"(]*)((?:\([^"]*)?")/g, renamed)
    .replace(/(<file[^>]*>)([^<]*)(<)/g, renamed)
    .replace(
      /(<location href=")([^"]*)(")/g,
      (_, before: string, path: string, after: string) => `${before}${copy}/${path}${after}`,
    )
    .replace(/(pkgid="YES">|pkgid=")[0-9a-f]{8}/g, `$1${digits}`);
}

async function writeFiles(to: string, primary: string): Promise<void> {
  const places = [...primary.matchAll(/<location href="([^"]+)"/g)].map(([, place = '']) => join(to, place));
  for (const folder of new Set(places.map(dirname))) await mkdir(folder, { recursive: true });
  for (const place of places) await writeFile(place, '');
}

async function writeMetadata(to: string, kind: string, text: string): Promise<string> {
  const packed = gzipSync(text);
  const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
  const place = `repodata/${digest(packed)}-${kind}.xml.gz`;
  await writeFile(join(to, place), packed);
  return `<data type="${kind}">
    <checksum type="sha256">${digest(packed)}</checksum>
    <open-checksum type="sha256">${digest(text)}</open-checksum>
    <location href="${place}"/>
    <timestamp>1</timestamp>
    <size>${packed.length}</size>
    <open-size>${Buffer.byteLength(text)}</open-size>
  </data>
  `;
}
