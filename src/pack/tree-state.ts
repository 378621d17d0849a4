import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RootimgError } from '../errors.ts';
import { buildMarkName, buildMarkSchema } from '../plan/manifest.ts';

/** Throws `no-tree` when there is no tree to pack. */
export async function needTree(rootimgdir: string, image: string): Promise<void> {
  const root = join(rootimgdir, 'rootimg');
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new RootimgError('no-tree', `${root} does not exist: there is nothing to pack.`, {
    hint: `Run genimage ${image} on a host of the image's architecture first.`,
  });
}

/** Throws `unfinished-tree` when a build of the tree did not finish; to be asked under the folder's lock, when no build can be running here. */
export async function refuseUnfinished(rootimgdir: string, image: string): Promise<void> {
  const text = await readFile(join(rootimgdir, buildMarkName), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (text === undefined) return;
  const mark = buildMarkSchema.safeParse(parse(text)).data;
  const where = mark === undefined || mark.host === hostname() ? '' : ` on ${mark.host}`;
  const step = mark === undefined ? '' : ` at the step '${mark.step}'${where}, begun ${mark.since}`;
  throw new RootimgError(
    'unfinished-tree',
    `The tree in ${rootimgdir} was left unfinished by genimage${step}.`,
    {
      hint: `Run genimage ${image} again: it sets the unfinished tree aside and builds anew.`,
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
