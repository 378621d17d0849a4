import { type Elf, readElf, type ReadAt } from '../../../base/elf.ts';
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
  const files = new Map<string, Loadable>();
  const fileAt = (place: string): Loadable => {
    const file = files.get(place) ?? loadable(image, place);
    files.set(place, file);
    return file;
  };
  const elfAt = (path: string): Elf | undefined => {
    const { place } = image.trace(path);
    return place === undefined ? undefined : fileAt(place).elf;
  };

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
    const found = places.find((place) => elfAt(place)?.kind === elf.kind);
    if (found === undefined) missing.push({ by, name });
    else {
      need(found);
      loaded.add(once);
    }
  };

  for (const link of mergedLinks) needLink(image, link, paths);
  inits.find(need);
  for (const path of queue) {
    const { shell, elf } = fileAt(path);
    if (shell !== undefined) needProgram(path, shell);
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

/** What has to be known of a file that the kernel or the loader loads. */
interface Loadable {
  /** The program that a script names in its first line. */
  readonly shell: string | undefined;
  readonly elf: Elf | undefined;
}

/** Bytes in which an ELF file has all but its names. */
const headLength = 4096;

function loadable(image: WholeImage, path: string): Loadable {
  const head = image.read(path, 0, headLength);
  const readAt: ReadAt = (offset, length) =>
    offset + length <= head.length
      ? head.subarray(offset, offset + length)
      : image.read(path, offset, length);
  const line = head.toString('latin1', 0, longestLine).split('\n', 1)[0] ?? '';
  const shell = line.startsWith('#!') ? line.slice(2).trim().split(/\s/, 1)[0] : undefined;
  return { shell, elf: readElf(readAt) };
}
