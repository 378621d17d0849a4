// What repositories, and files that the administrator names, tell of faults in packages.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileErrorWords, RootimgError } from '../base/errors.ts';
import { readRegularFile } from '../base/regular-file.ts';
import { localPath, urlBelow } from '../base/url.ts';
import { writeFile } from '../base/write-file.ts';
import type { BuildPlan, Repository } from '../plan/build-plan.ts';
import { workDir } from '../system/work-dir.ts';
import { downloaded, placeOfRepository } from './repository-files.ts';
import { unpacked } from './rpm/unpacked.ts';

/** The text of something, or why it cannot be had. */
export type FoundText = { readonly text: string } | { readonly why: string };

/** Bytes of the longest repomd.xml: it names a dozen files. */
const longestIndex = 4 * 1024 * 1024;

/** Bytes of the longest packed file. */
const longestPacked = 512 * 1024 * 1024;

/** The text of a file, unpacked by the end of its name. Throws `advisories-unreadable`. */
export async function advisoryText(path: string): Promise<string> {
  const found = await textOf(path);
  if ('text' in found) return found.text;
  throw new RootimgError('advisories-unreadable', `${path} cannot be read: ${found.why}.`);
}

/** The updateinfo.xml of a repository of rpm packages, of the bytes that its repomd.xml means. */
export async function updateinfoOf(plan: BuildPlan, repository: Repository): Promise<FoundText> {
  const index = await bytesOf(plan, repository, 'repodata/repomd.xml', longestIndex);
  if (index === undefined) return { why: 'its repomd.xml cannot be had' };
  const entry = indexEntry(index.toString('utf8'), 'updateinfo');
  if (entry === undefined) return { why: 'it carries no updateinfo' };
  const { location, digest } = entry;
  if (location.split('/').includes('..')) return { why: `its repomd.xml leads out of it: ${location}` };
  const packed = await bytesOf(plan, repository, location, longestPacked);
  if (packed === undefined) return { why: `its ${location} cannot be had` };
  if (digest !== undefined && digestOf(packed, digest.kind) !== digest.hex) {
    return { why: `its ${location} is not the one that its repomd.xml means` };
  }
  const folder = await workDir('advisories');
  try {
    const path = join(folder, basename(location));
    await writeFile(path, packed);
    return await textOf(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where it cannot be had. */
async function bytesOf(
  plan: BuildPlan,
  repository: Repository,
  path: string,
  most: number,
): Promise<Buffer | undefined> {
  const local = localPath(urlBelow(placeOfRepository(repository), path));
  if (local === undefined) return downloaded(plan, repository, path);
  return readRegularFile(local, most).catch(() => undefined);
}

async function textOf(path: string): Promise<FoundText> {
  try {
    return { text: await unpacked(path) };
  } catch (error) {
    if (error instanceof RootimgError) return { why: [error.message, ...error.details].join(' ') };
    return { why: fileErrorWords(error) };
  }
}

interface IndexEntry {
  readonly location: string;
  readonly digest?: { readonly kind: string; readonly hex: string };
}

/** Where a repomd.xml says that a kind of its files lies. */
function indexEntry(index: string, type: string): IndexEntry | undefined {
  const start = index.indexOf(`<data type="${type}">`);
  const end = index.indexOf('</data>', start);
  if (start === -1 || end === -1) return undefined;
  const section = index.slice(start, end);
  const location = /<location [^<>]{0,4000}?href="([^"<>]{1,4000})"/.exec(section)?.[1];
  const [, kind = '', hex] =
    /<checksum type="(sha(?:1|224|256|384|512)?)">([0-9a-f]{40,128})</.exec(section) ?? [];
  if (location === undefined) return undefined;
  return { location, ...(hex !== undefined && { digest: { kind: kind === 'sha' ? 'sha1' : kind, hex } }) };
}

function digestOf(bytes: Buffer, kind: string): string {
  return createHash(kind).update(bytes).digest('hex');
}
