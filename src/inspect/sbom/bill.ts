import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { toBinary, toText } from '../../base/bytes.ts';
import { formatOrigin } from '../../base/errors.ts';
import { type PackageContents, packageContents } from '../../packages/database.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { packageWord } from '../../plan/package-id.ts';
import { recordedPackage } from '../../plan/package-record.ts';
import { type Tree, withTree } from '../../system/tree/open-tree.ts';
import { openInTree, readInTree } from '../../system/tree/tree-files.ts';
import { packageGraph } from '../packages/package-graph.ts';
import { isRegular, listTree, placesIn } from '../tree/tree-listing.ts';
import { isVolatile } from '../../packages/volatile.ts';
import { packageUrl } from '../../packages/package-url.ts';

/** What an image is made of, before it takes the form of a standard. Lists are sorted. */
export interface Bill {
  readonly image: Manifest['image'];
  /** Digest (hex) of the packed root that was published, and its IMAGEUUID. */
  readonly packed: { readonly file: string; readonly sha256: string; readonly uuid: string } | undefined;
  readonly created: Date;
  readonly packages: readonly BilledPackage[];
  /** Files that no package brought; kernel modules among them end with `.ko` and the like. */
  readonly files: readonly BilledFile[];
}

export interface BilledPackage {
  /** `bash-5.2-3.el9.x86_64`; two of one word are told apart by `#2`. */
  readonly id: string;
  readonly contents: PackageContents;
  readonly license: string | undefined;
  readonly purl: string;
  /** `file:line: entry` of the lists that name it. */
  readonly askedBy: readonly string[];
  /** Ids of the packages that it needs. */
  readonly needs: readonly string[];
}

export interface BilledFile {
  /** Absolute, as the image sees it. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly isModule: boolean;
}

export interface BillInput {
  /** Path of the tree. */
  readonly tree: string;
  readonly manifest: Manifest;
  /** What the package lists ask for. */
  readonly entries: readonly PackageEntry[];
  /** Seconds since 1970; the end of the build without it. */
  readonly time: number | undefined;
}

/**
 * Draws up the bill of a tree: from its package database, read by ourselves, or where that cannot be read from
 * what the manifest recorded, which `warn` is told. Only reads.
 */
export function drawUpBill({ tree, manifest, entries, time }: BillInput, warn: (text: string) => void): Bill {
  return withTree(toBinary(tree), (open) => {
    const known = packageContents(open);
    const packages = known ?? recordedPackages(manifest);
    if (known === undefined) {
      warn(
        'The package database of the image cannot be read: packages are those that the manifest recorded, without licences and files.',
      );
    }
    const namespace = namespaceOf(open, manifest);
    const finished = manifest.build?.finished;
    const created = time === undefined ? new Date(finished ?? Date.now()) : new Date(time * 1000);
    return {
      image: manifest.image,
      packed: manifest.pack,
      created,
      packages: billPackages(packages, entries, namespace),
      files: known === undefined ? [] : unownedFiles(open, known),
    };
  });
}

function recordedPackages(manifest: Manifest): PackageContents[] {
  const none = { provides: [], requires: [], recommends: [], files: () => [] };
  return (manifest.build?.packages ?? []).map((record) => {
    const one = recordedPackage(record);
    return { ...one, ...none, size: one.size ?? 0, provides: [one.name] };
  });
}

function billPackages(
  packages: readonly PackageContents[],
  entries: readonly PackageEntry[],
  namespace: string,
): BilledPackage[] {
  const ids = new Map<PackageContents, string>();
  const taken = new Map<string, number>();
  for (const one of packages) {
    const word = packageWord(one);
    const count = (taken.get(word) ?? 0) + 1;
    taken.set(word, count);
    ids.set(one, count === 1 ? word : `${word}#${count}`);
  }
  const graph = packageGraph(packages, entries);
  return packages.map((one) => ({
    id: ids.get(one) ?? '',
    contents: one,
    license: one.license?.(),
    purl: packageUrl(one, namespace),
    askedBy: graph.askedBy(one).map(({ name, origin }) => `${formatOrigin(origin)}: ${name}`),
    needs: graph.needs(one).map((needed) => ids.get(needed) ?? ''),
  }));
}

/** The word of a distribution in package URLs: ID of os-release, `redhat` for RHEL as the standard says. */
function namespaceOf(tree: Tree, { image }: Manifest): string {
  const text = readInTree(tree, 'etc/os-release')?.toString() ?? '';
  const id = /^ID=["']?([\w.-]+)/m.exec(text)?.[1] ?? /^[a-z]+/.exec(image.osvers)?.[0] ?? 'unknown';
  return id === 'rhel' || id === 'rhels' ? 'redhat' : id;
}

const module = /(?:^|\/)lib\/modules\/.*\.ko(?:\.(?:xz|gz|zst))?$/;

function unownedFiles(tree: Tree, packages: readonly PackageContents[]): BilledFile[] {
  const listing = listTree(tree, isVolatile);
  const place = placesIn(listing);
  const owned = new Set<string>();
  for (const one of packages) {
    for (const { path } of one.files()) owned.add(place(toBinary(path.slice(1))));
  }
  return [...listing]
    .filter(([path, entry]) => isRegular(entry) && !owned.has(path))
    .map(([path, { size }]) => ({
      path: `/${toText(path)}`,
      size,
      ...digestsOf(tree, path),
      isModule: module.test(path),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const chunk = 1024 * 1024;

function digestsOf(tree: Tree, path: string): { sha256: string; sha1: string } {
  const [sha256, sha1] = [createHash('sha256'), createHash('sha1')];
  const buffer = Buffer.allocUnsafe(chunk);
  const { fd } = openInTree(tree, path);
  try {
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) {
      const bytes = buffer.subarray(0, read);
      sha256.update(bytes);
      sha1.update(bytes);
    }
  } finally {
    closeSync(fd);
  }
  return { sha256: sha256.digest('hex'), sha1: sha1.digest('hex') };
}

/** An address that is the same for the same bill alone: the hash of it in the form of a UUID (RFC 9562, 8). */
export function billUuid(bill: Bill): string {
  const text = JSON.stringify([
    bill.image,
    bill.packed?.sha256,
    bill.created,
    bill.packages.map(({ id, purl }) => [id, purl]),
    bill.files.map(({ path, sha256 }) => [path, sha256]),
  ]);
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
