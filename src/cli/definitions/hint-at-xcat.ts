import { configFile } from '../../definition/config.ts';
import type { Store } from '../../definition/store.ts';
import { isXcat } from '../locations.ts';

interface Surroundings {
  readonly home: string;
  /** Where xCAT would be. */
  readonly root: string;
  readonly tell: (text: string) => void;
}

/**
 * The same store, which says once that xCAT is there when an image was looked for and the store has none at
 * all.
 */
export function hintAtXcat(store: Store, { home, root, tell }: Surroundings): Store {
  let told = false;
  const consider = async (foundNothing: boolean): Promise<void> => {
    if (told || !foundNothing) return;
    told = true;
    if ((await store.list('osimage')).length > 0 || !(await isXcat(root))) return;
    tell(
      `Hint: no osimage is defined in ${home}, but there is an xCAT in ${root}. To use its definitions:\n`,
    );
    tell(`  ROOTIMG_STORE=xcat, or "store: xcat" in ${configFile(home)}\n`);
  };
  return {
    ...store,
    list: async (type) => {
      const names = await store.list(type);
      await consider(type === 'osimage' && names.length === 0);
      return names;
    },
    read: async (type, name) => {
      const object = await store.read(type, name);
      await consider(type === 'osimage' && object === undefined);
      return object;
    },
    readAll: async (type) => {
      const found = await store.readAll(type);
      await consider(type === 'osimage' && found.objects.length === 0 && found.problems.length === 0);
      return found;
    },
  };
}
