import { withoutEndSlashes } from '../base/slashes.ts';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { fileErrorWords, RootimgError } from '../base/errors.ts';
import { siteName } from './object.ts';
import type { Store } from './store-type.ts';

/** What the commands need to know of the cluster. */
export interface Site {
  /** Folder of media, packages and images. */
  readonly installdir: string;
  readonly tftpdir: string;
  readonly timezone?: string;
  /** When set to 1 the image's root account gets no password. */
  readonly secureroot?: string;
  readonly master?: string;
  /** Mirrors of distributions, by the attributes that name them; absent without any. */
  readonly mirrors?: ReadonlyMap<string, string>;
}

/** Attributes that name the mirror of a distribution: xCAT's, and ours for Debian. */
const mirrorAttributes = ['ubuntu_apt_mirror', 'debian_apt_mirror'];

/** What holds for a site that does not say otherwise. */
export const siteDefaults: ReadonlyMap<string, string> = new Map([
  ['installdir', '/install'],
  ['tftpdir', '/tftpboot'],
]);

/** The site object with its defaults; a store without one gives the defaults. */
export async function readSite(store: Store): Promise<Site> {
  const stored = (await store.read('site', siteName))?.attributes ?? new Map<string, string>();
  const value = (name: string): string | undefined => stored.get(name) ?? siteDefaults.get(name);
  const site: { timezone?: string; secureroot?: string; master?: string } = {};
  for (const name of ['timezone', 'secureroot', 'master'] as const) {
    const set = value(name);
    if (set !== undefined) site[name] = set;
  }
  const mirrors = new Map<string, string>();
  for (const name of mirrorAttributes) {
    const set = value(name) ?? '';
    if (set !== '') mirrors.set(name, withoutSlash(set));
  }
  const folders = { installdir: withoutSlash(value('installdir')), tftpdir: withoutSlash(value('tftpdir')) };
  return { ...site, ...folders, ...(mirrors.size === 0 ? {} : { mirrors }) };
}

/** `/install/` is `/install`: paths below it are told by what they begin with. */
function withoutSlash(folder = ''): string {
  return withoutEndSlashes(folder) || folder.slice(0, 1);
}

/**
 * The crypt hash for root of every image, from `<home>/site/root.password-hash`; undefined when there is not
 * such a file. Throws as readPasswordHash.
 */
export async function readRootPasswordHash(home: string): Promise<string | undefined> {
  const file = join(home, 'site', 'root.password-hash');
  const isMissing = await stat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  return isMissing ? undefined : readPasswordHash(file);
}

/**
 * The crypt hash in a file. Throws when the file is not there, when others than its owner can read it, or
 * when it holds no crypt hash.
 */
export async function readPasswordHash(file: string): Promise<string> {
  const origin = { file };
  const unreadable = (hint?: string) => (error: unknown) => {
    throw new RootimgError('password-unreadable', `Cannot be read: ${fileErrorWords(error)}.`, {
      origin,
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const { mode, uid } = await stat(file).catch(unreadable());
  if (uid !== 0 && uid !== process.geteuid?.()) {
    throw new RootimgError('password-foreign', `This password hash belongs to user ${uid}.`, {
      origin,
      hint: `It decides who gets into the nodes: chown root ${file}`,
    });
  }
  if ((mode & 0o077) !== 0) {
    throw new RootimgError('password-open', 'Others can read this password hash.', {
      origin,
      hint: `chmod 600 ${file}`,
    });
  }
  const hash = await readTextFile(file).catch(
    unreadable('Only its owner can read it: packimage needs to run as that user.'),
  );
  const line = hash.trim();
  if (/^\$[0-9a-z]+\$[^\s:]+$/.test(line)) return line;
  throw new RootimgError('password-no-hash', 'This is not a crypt hash such as $6$….', {
    origin,
    hint: `openssl passwd -6 > ${file}`,
  });
}
