import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export interface Folder {
  readonly path: string;
  /** Writes a file below the folder and gives its path. */
  file(name: string, content?: string | Uint8Array, mode?: number): Promise<string>;
  folder(name: string): Promise<string>;
}

/** A temporary folder for each test of the file. */
export function useFolder(): Folder {
  let path = '';
  beforeEach(async () => {
    path = await realpath(await mkdtemp(join(tmpdir(), 'rootimg-test-')));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    file: async (name, content = '', mode = 0o644) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      await chmod(file, mode);
      return file;
    },
    folder: async (name) => {
      await mkdir(join(path, name), { recursive: true });
      return join(path, name);
    },
  };
}

/** A definition with these attributes; each stands on a line of its own of `image.stanza`. */
export function definitionOf(attributes: Readonly<Record<string, string>>) {
  return {
    attributes: new Map(Object.entries(attributes)),
    origins: new Map(
      Object.keys(attributes).map((key, index) => [key, { file: 'image.stanza', line: index + 3 }]),
    ),
  };
}
