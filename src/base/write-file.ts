import * as fs from 'node:fs/promises';
import { naming } from './system-error.ts';

/** As Node's, whose failure of a write, as on a full disk, does not say of which file. */
export async function writeFile(...[path, ...rest]: [string, ...Rest]): Promise<void> {
  await fs.writeFile(path, ...rest).catch(naming(path));
}

type Rest = Parameters<typeof fs.writeFile> extends [unknown, ...infer Others] ? Others : never;
