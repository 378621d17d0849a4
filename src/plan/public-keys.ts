import { isOutdatedKey } from '../base/openpgp.ts';
import type { PlanFile } from './build-plan.ts';
import type { ShownKey } from './public-key.ts';
import type { Manifest } from './manifest.ts';

/** Why nothing may be signed with the key at this moment (milliseconds); undefined while it counts. */
export function whyUnfit(key: ShownKey, now: number): string | undefined {
  const { expires, revoked, bySubkeys } = key;
  if (isOutdatedKey(key)) return 'is of version 3 (PGP 2), which no package manager takes any more';
  const what = bySubkeys ? 'has no subkey left that signs: the last' : '';
  if (revoked !== undefined) return `${what} was revoked by its owner on ${revoked.slice(0, 10)}`.trim();
  if (expires === undefined || Date.parse(expires) > now) return undefined;
  return `${what} has expired on ${expires.slice(0, 10)}`.trim();
}

/** Does another copy of an expired key say that it counts after all? */
export function isRenewed({ fingerprint }: ShownKey, files: readonly PlanFile[], now: number): boolean {
  const copies = files
    .flatMap(({ publicKeys }) => publicKeys ?? [])
    .filter((other) => other.fingerprint === fingerprint);
  return (
    copies.some((copy) => whyUnfit(copy, now) === undefined) &&
    copies.every((copy) => copy.revoked === undefined)
  );
}

/** `FINGERPRINT (name <address>)`. */
export function keyWords({ fingerprint, userIds: [name] }: ShownKey): string {
  return name === undefined ? fingerprint : `${fingerprint} (${name})`;
}

/** What is said of an image's keys beside its last build. */
export interface KeyNews {
  /** The first build that knows its keys: each of them in a line. */
  readonly first: readonly string[];
  /** What is other than at the last build. */
  readonly warnings: readonly string[];
  /** That of the warnings which tells of a key that packages may now be signed by and might not before. */
  readonly added?: string;
}

/**
 * Compares the keys of a plan's files with those that the last build of the image kept in its manifest. A
 * build that takes no package (`--onlyinitrd`) says nothing of the packages' keys.
 */
export function keyNews(
  files: readonly PlanFile[],
  before: Manifest | undefined,
  { onlyinitrd }: { readonly onlyinitrd: boolean },
): KeyNews {
  const known = before?.build?.files;
  const packages = onlyinitrd ? undefined : changes(placed(files, 'key'), knownKeys(known, 'key'));
  const isFirst = !onlyinitrd && knownKeys(known, 'key') === undefined;
  const initrd = changes(placed(files, 'sumskey'), knownKeys(known, 'sumskey') ?? (known && []));
  const ofPackages =
    packages && `The keys of this image's packages are not those of its last build: ${packages.words}.`;
  return {
    first: isFirst
      ? placed(files, 'key').map(({ key }) => `Packages may be signed by ${shortWords(key)}`)
      : [],
    warnings: [
      ...(ofPackages === undefined ? [] : [ofPackages]),
      ...(initrd === undefined
        ? []
        : [`The key that nodes check this image with is not that of its last build: ${initrd.words}.`]),
    ],
    ...(ofPackages !== undefined && packages?.hasNew ? { added: ofPackages } : {}),
  };
}

/** The files of a build's record, with the packages' keys of the last one where this build looked at none. */
export function rememberedFiles<F extends { readonly role: string }>(
  files: readonly F[],
  before: readonly F[] | undefined,
  { onlyinitrd }: { readonly onlyinitrd: boolean },
): F[] {
  if (!onlyinitrd || before === undefined) return [...files];
  return [...files.filter(({ role }) => role !== 'key'), ...before.filter(({ role }) => role === 'key')];
}

interface Placed {
  readonly key: ShownKey;
  readonly path: string;
}

type KeyFile = Pick<PlanFile, 'path' | 'publicKeys'> & { readonly role: string };

/** The keys of all files of a role with the first file that has each. */
function placed(files: readonly KeyFile[], role: 'key' | 'sumskey'): Placed[] {
  const all = files
    .filter((file) => file.role === role)
    .flatMap(({ path, publicKeys }) => (publicKeys ?? []).map((key) => ({ key, path })));
  const first = new Map<string, Placed>();
  for (const one of all) if (!first.has(one.key.fingerprint)) first.set(one.key.fingerprint, one);
  return [...first.values()];
}

/** Undefined where the last build kept none, as those before they were kept. */
function knownKeys(files: readonly KeyFile[] | undefined, role: 'key' | 'sumskey'): Placed[] | undefined {
  const keys = placed(files ?? [], role);
  return keys.length === 0 ? undefined : keys;
}

function changes(
  now: readonly Placed[],
  before: readonly Placed[] | undefined,
): { readonly words: string; readonly hasNew: boolean } | undefined {
  if (before === undefined) return undefined;
  const has = (all: readonly Placed[], { key }: Placed) =>
    all.some((other) => other.key.fingerprint === key.fingerprint);
  const added = now.filter((one) => !has(before, one));
  const gone = before.filter((one) => !has(now, one));
  const parts = [
    ...(added.length === 0 ? [] : [`new ${added.map(words).join(', ')}`]),
    ...(gone.length === 0 ? [] : [`gone ${gone.map(words).join(', ')}`]),
  ];
  return parts.length === 0 ? undefined : { words: parts.join('; '), hasNew: added.length > 0 };
}

function words({ key, path }: Placed): string {
  return `${keyWords(key)} of ${path}`;
}

/** Fingerprint and name, without what its owner says of himself besides: one line of a terminal. */
function shortWords({ fingerprint, userIds: [first = ''] }: ShownKey): string {
  const name = first.trim();
  const short = name.replace(/<[^<>]*>$/, '').trimEnd();
  return short === '' ? fingerprint : `${fingerprint} ${short}`;
}
