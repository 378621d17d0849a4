import { writeFile as write } from 'node:fs/promises';
import { naming } from './system-error.ts';

/** As Node's, whose failure of a write, as on a full disk, does not say of which file. */
export async function writeFile(...[path, ...rest]: [string, ...Rest]): Promise<void> {
  await write(path, ...rest).catch(naming(path));
}

type Rest = Parameters<typeof write> extends [unknown, ...infer Others] ? Others : never;
