import { resolve } from 'node:path';
import { fileStore } from './file-store.ts';
import type { Store, StoreLock } from './store-type.ts';

export type { Store, StoredObjects, StoreLock } from './store-type.ts';

/** The folder of our configuration: the option, else ROOTIMG_HOME, else /etc/rootimg. */
export function storeHome(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string {
  return resolve(cwd, option || env['ROOTIMG_HOME'] || '/etc/rootimg');
}

/** The store of stanza files below `home`: `osimage/<name>.stanza` and `site/clustersite.stanza`. */
export function openStore(home: string, lock: StoreLock): Store {
  return fileStore(home, lock);
}
