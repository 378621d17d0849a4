import { readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** As many links as the kernel follows. */
const maxLinks = 40;

/**
 * Path on the host of a path of the image, its links followed as they are meant inside the image: an absolute link never leads out of the
 * tree. What does not exist yet is taken as it stands.
 */
export async function insideTree(root: string, path: string): Promise<string> {
  const rest = path.split('/').filter((part) => part !== '' && part !== '.');
  const walked: string[] = [];
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '..') {
      walked.pop();
      continue;
    }
    const target = await readlink(join(root, ...walked, part)).catch(() => undefined);
    if (target === undefined) {
      walked.push(part);
      continue;
    }
    links += 1;
    if (links > maxLinks) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
    if (target.startsWith('/')) walked.length = 0;
    rest.unshift(...target.split('/').filter((name) => name !== '' && name !== '.'));
  }
  return join(root, ...walked);
}
