import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readRegularFile } from '../../base/regular-file.ts';
import type { Repository } from '../../plan/build-plan.ts';

export interface Keyring {
  /** In the folder of keyrings, and in that of an image; nothing else is called so. */
  readonly name: string;
  /** The file of the host; absent for a key that stands in a list of sources. */
  readonly path?: string;
}

/** Puts a keyring of this content into a folder, by the name that is wanted where nothing else has it. */
type Place = (content: Buffer, wanted: string) => Promise<Keyring>;

/** Puts what a repository is checked with into a folder; `planKeys` count where it has nothing of its own. */
export async function placeKeyrings(
  { id, unchecked, deb }: Repository,
  planKeys: readonly string[],
  place: Place,
): Promise<Keyring[]> {
  if (unchecked !== undefined || deb?.plain === true) return [];
  if (deb?.key !== undefined) return [await place(Buffer.from(deb.key), `${id}.asc`)];
  const keyrings: Keyring[] = [];
  for (const path of deb?.signedBy ?? planKeys) {
    keyrings.push({ ...(await place(await readRegularFile(path), basename(path))), path });
  }
  return keyrings;
}

/**
 * Gives what puts a keyring into `folder`, once for its content; apt tells an armoured one from others by the
 * end of its name.
 */
export function keyringPlace(folder: string): Place {
  const known: { readonly name: string; readonly content: Buffer }[] = [];
  return async (content, wanted) => {
    const found = known.find((one) => one.content.equals(content));
    if (found !== undefined) return { name: found.name };
    const armoured = content.subarray(0, 64).includes('-----BEGIN PGP');
    const plain = wanted.replace(/\.(asc|gpg)$/, '').replace(/[^\w.-]/g, '_');
    const end = armoured ? 'asc' : 'gpg';
    const taken = known.some(({ name }) => name === `${plain}.${end}`);
    const name = taken ? `${plain}-${known.length}.${end}` : `${plain}.${end}`;
    await writeFile(join(folder, name), content);
    known.push({ name, content });
    return { name };
  };
}
