import { readRegularFile } from '../../base/regular-file.ts';
import { join } from 'node:path';
import { placeOf } from '../../base/url.ts';
import { readTreeBytes, removeFromTree, treeHas, writeTreeFile } from '../../system/tree-file.ts';
import { keepOrigins } from '../origins.ts';
import type { Apt } from './apt-call.ts';
import type { PreparedRepository } from './apt-open.ts';
import { type Source, sourcesText } from './apt-sources.ts';
import type { Keyring } from './keyrings.ts';

/** The repositories of the image that its nodes can reach, and the folder of keys that came from elsewhere. */
const sourcesFile = 'etc/apt/sources.list.d/rootimg.sources';
const keyFolder = 'etc/apt/keyrings';

/**
 * Leaves the image a list of sources that its nodes can use: the repositories of pkgdir and otherpkgdir that a
 * server has, whose signatures are checked, without passwords; each with its keys.
 */
export async function settleImage(apt: Apt, prepared: readonly PreparedRepository[]): Promise<void> {
  const { root } = apt.site;
  const sources: Source[] = [];
  for (const { repository, keyrings } of prepared) {
    const { url, unchecked, deb } = repository;
    if (!/^(https?|ftp):/.test(url) || unchecked !== undefined || deb === undefined) continue;
    const signedBy: string[] = [];
    for (const one of keyrings) signedBy.push(await placeKey(root, one, join(apt.folder, 'keyrings')));
    sources.push({ url: placeOf(url), deb, unchecked: undefined, signedBy });
  }
  if (sources.length > 0) {
    await writeTreeFile(root, sourcesFile, sourcesText(sources, apt.architecture), 0o644);
  } else if (await treeHas(root, sourcesFile)) await removeFromTree(root, sourcesFile);
}

/** Writes down, for the manifest, from which repository each package came. */
export async function recordOrigins(
  { site, origins }: Apt,
  prepared: readonly PreparedRepository[],
): Promise<void> {
  const ids = [...origins].flatMap(([word, address]) => {
    const id = repositoryIdOf(prepared, address);
    return id === undefined ? [] : [[word, id] as const];
  });
  await keepOrigins(site.temporary, Object.fromEntries(ids));
}

/** Id of the repository that a package is fetched from; `@commandline` for a file that a list names. */
export function repositoryIdOf(prepared: readonly PreparedRepository[], address: string): string | undefined {
  return address.startsWith('file:') ? '@commandline' : repositoryIdsAt(prepared, address)[0];
}

/** Ids of the repositories that a package may be fetched from: suites of one archive have their packages in one place. */
export function repositoryIdsAt(prepared: readonly PreparedRepository[], address: string): string[] {
  const place = ({ url }: PreparedRepository) => url.replace(/\/$/, '');
  const longestFirst = prepared.map(place).sort((a, b) => b.length - a.length);
  const found = longestFirst.find((one) => address.startsWith(one));
  return prepared.filter((one) => place(one) === found).map(({ repository }) => repository.id);
}

/** The path of a key as the image sees it: where its own packages have the same file, else a copy. */
async function placeKey(root: string, { name, path }: Keyring, folder: string): Promise<string> {
  const content = await readRegularFile(join(folder, name));
  if (path !== undefined) {
    const own = await readTreeBytes(root, path).catch(() => undefined);
    if (own?.equals(content)) return path;
  }
  const place = `${keyFolder}/${name}`;
  await writeTreeFile(root, place, content, 0o644);
  return `/${place}`;
}
