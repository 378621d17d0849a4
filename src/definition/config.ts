import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { fileErrorWords, type Origin, RootimgError } from '../base/errors.ts';
import type { Config } from './config-parse.ts';

export type { Config };

/** The file of the configuration below the folder of ours. */
export function configFile(home: string): string {
  return join(home, 'config.yaml');
}

/** Reads the configuration; no file is an empty one. Throws all that is wrong with it, each with its line. */
export async function readConfig(home: string): Promise<Config> {
  const file = configFile(home);
  const text = await readText(file);
  if (text === undefined) return {};
  // The readers of YAML and schemas are only loaded where there is a file.
  const { parseConfig } = await import('./config-parse.ts');
  return parseConfig(text, file);
}

/** Where a value of the configuration stands, for what only its reader can find wrong with it. */
export async function configOrigin(home: string, path: readonly string[]): Promise<Origin> {
  const file = configFile(home);
  const { originInConfig } = await import('./config-parse.ts');
  return originInConfig((await readText(file)) ?? '', file, path);
}

async function readText(file: string): Promise<string | undefined> {
  return readTextFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new RootimgError('config-unreadable', `Cannot be read: ${fileErrorWords(error)}.`, {
      origin: { file },
      cause: error,
    });
  });
}
