import type { Elf } from '../../../base/elf.ts';
import type { WholeImage } from './whole-image.ts';

/** Where glibc and musl look by themselves. */
const usual = ['lib64', 'usr/lib64', 'lib', 'usr/lib', 'usr/local/lib'];
const longestConf = 65_536;
const mostIncludes = 200;

/**
 * The folders of libraries that an image's etc/ld.so.conf names, with its includes, and the usual ones. The
 * file itself is read, not ld.so.cache: the loader finds the same where the cache is as new as the image.
 */
export function libraryFolders(image: WholeImage): string[] {
  const folders: string[] = [];
  const queue = ['etc/ld.so.conf'];
  for (const path of queue) {
    const { place } = image.trace(path);
    const text = place === undefined ? '' : image.read(place, 0, longestConf).toString('latin1');
    for (const line of text.split('\n')) {
      const [said = ''] = line.split('#');
      const words = said.trim().split(/[\s,:]+/);
      if (words[0] === 'include') {
        queue.push(
          ...words
            .slice(1)
            .flatMap((pattern) => matching(image, pattern))
            .slice(0, mostIncludes),
        );
        queue.length = Math.min(queue.length, mostIncludes);
      } else folders.push(...words.filter((word) => word.startsWith('/')));
    }
  }
  return [...folders, ...['lib', 'usr/lib'].flatMap((folder) => multiarch(image, folder)), ...usual];
}

/** Debian's glibc looks into `<folder>/<triplet>` by itself, such as `usr/lib/x86_64-linux-gnu`. */
function multiarch(image: WholeImage, folder: string): string[] {
  const { place } = image.trace(folder);
  const names = place === undefined ? [] : image.names(place);
  return names.filter((name) => /^\w+-linux-(gnu|musl)\w*$/.test(name)).map((name) => `${folder}/${name}`);
}

/** The files that `include` names: `ld.so.conf.d/*.conf`, relative to etc. */
function matching(image: WholeImage, pattern: string): string[] {
  const path = pattern.startsWith('/') ? pattern : `etc/${pattern}`;
  const cut = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)];
  if (!name.startsWith('*')) return [path];
  const { place } = image.trace(folder);
  const names = place === undefined ? [] : image.names(place);
  return names
    .filter((one) => one.endsWith(name.slice(1)))
    .sort()
    .map((one) => `${folder}/${one}`);
}

/** Where a program's libraries are looked for: its own folders first. */
export function searchPath(elf: Elf, path: string, folders: readonly string[]): string[] {
  const origin = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const own = elf.runPath.map((one) => one.replaceAll(/\$(?:ORIGIN|\{ORIGIN\})/g, `/${origin}`));
  return [...own, ...folders];
}
