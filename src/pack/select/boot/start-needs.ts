import { type Elf, readElf } from './elf.ts';
import { libraryFolders, searchPath } from './libraries.ts';
import type { WholeImage } from './whole-image.ts';

/** What a node needs to come to its init. Paths are binary, without `./`. */
export interface StartNeeds {
  /** All files, folders and links that have to be there. */
  readonly paths: ReadonlySet<string>;
  /** What not even the tree has: the file that needs it, and its name. */
  readonly missing: readonly { readonly by: string; readonly name: string }[];
}

/** Links that make `/bin` a name of `/usr/bin`: paths in all scripts go through them. */
const mergedLinks = ['bin', 'sbin', 'lib', 'lib64'];
/** What a node starts, the first that an image has (share/xcat/netboot/common/dracut/97rootimg). */
const inits = ['sbin/init', 'usr/lib/systemd/systemd', 'lib/systemd/systemd'];
/** More programs and libraries than this no init has. */
const mostFiles = 2000;
const longestLine = 256;

/**
 * Finds what init needs: its links, its interpreter or shell, and the libraries of these, whatever the
 * architecture.
 */
export function startNeeds(image: WholeImage): StartNeeds {
  const paths = new Set<string>();
  const missing: { by: string; name: string }[] = [];
  const queue: string[] = [];
  const seen = new Set<string>();
  // As with the loader: one name is loaded once, whoever asks for it again.
  const loaded = new Set<string>();
  const folders = libraryFolders(image);

  /** Notes a path and all on the way to it; false when it leads nowhere. */
  const need = (path: string): boolean => {
    const { place, way } = image.trace(path);
    if (place === undefined) return false;
    for (const one of way) paths.add(one);
    if (!seen.has(place) && seen.size < mostFiles) queue.push(place);
    seen.add(place);
    return true;
  };
  const needProgram = (by: string, name: string): void => {
    if (!need(name)) missing.push({ by, name });
  };
  const needLibrary = (by: string, elf: Elf, name: string): void => {
    const once = `${elf.kind} ${name}`;
    if (loaded.has(once)) return;
    const places = name.includes('/') ? [name] : searchPath(elf, by, folders).map((one) => `${one}/${name}`);
    const found = places.find((place) => elfAt(image, place)?.kind === elf.kind);
    if (found === undefined) missing.push({ by, name });
    else {
      need(found);
      loaded.add(once);
    }
  };

  for (const link of mergedLinks) needLink(image, link, paths);
  inits.find(need);
  for (const path of queue) {
    const shell = interpreterOf(image, path);
    if (shell !== undefined) needProgram(path, shell);
    const elf = readElf((offset, length) => image.read(path, offset, length));
    if (elf === undefined) continue;
    if (elf.interpreter !== undefined) needProgram(path, elf.interpreter);
    for (const name of elf.needed) needLibrary(path, elf, name);
  }
  return { paths, missing };
}

function needLink(image: WholeImage, link: string, paths: Set<string>): void {
  const { way } = image.trace(link);
  // A folder of its own is needed only for what is in it.
  if (way.length > 1) for (const one of way) paths.add(one);
}

function elfAt(image: WholeImage, path: string): Elf | undefined {
  const { place } = image.trace(path);
  return place === undefined ? undefined : readElf((offset, length) => image.read(place, offset, length));
}

/** The program that a script names in its first line. */
function interpreterOf(image: WholeImage, path: string): string | undefined {
  const line = image.read(path, 0, longestLine).toString('latin1').split('\n', 1)[0] ?? '';
  return line.startsWith('#!') ? line.slice(2).trim().split(/\s/, 1)[0] : undefined;
}
