import type { MediumEntry } from './medium.ts';

/** As many as the kernel follows in one path (path_resolution(7)). */
const mostLinks = 40;

/**
 * The links of a medium that lead out of it, also by way of other links of it. What is not on the medium is
 * taken for a folder: such a link leads nowhere, and nowhere else.
 */
export function leavingLinks(entries: readonly MediumEntry[]): MediumEntry[] {
  const targets = new Map(
    entries.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target] as const])),
  );
  return entries.filter(({ path, target }) => target !== undefined && !staysInside(path, targets));
}

function staysInside(link: string, targets: ReadonlyMap<string, string>): boolean {
  const todo = link.split('/').reverse();
  const walked: string[] = [];
  let followed = 0;
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (walked.pop() === undefined) return false;
      continue;
    }
    const target = targets.get([...walked, part].join('/'));
    if (target === undefined) {
      walked.push(part);
      continue;
    }
    if (target.startsWith('/')) return false;
    followed += 1;
    // It goes round in a circle: nobody gets anywhere by it.
    if (followed > mostLinks) return true;
    todo.push(...target.split('/').reverse());
  }
  return true;
}
