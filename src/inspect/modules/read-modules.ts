import { gunzipSync } from 'node:zlib';
import { RootimgError } from '../../base/errors.ts';
import { findTool, start } from '../../system/exec.ts';
import { isMissing, lookInTree, namesInTree, type Tree } from '../../system/tree/open-tree.ts';
import { findPlaceInTree } from '../../system/tree/place-in-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { type ModuleInfo, moduleName, readModule } from './module-info.ts';
import { xzLength, zstdLength } from './unpacked-length.ts';

/** A module of a kernel as it lies in its folder. */
export interface FoundModule {
  /** Relative to the root, binary. */
  readonly path: string;
  /** Its name, `-` as `_`. */
  readonly name: string;
  /** Whether it came with the kernel itself. */
  readonly isInTree: boolean;
  /** Undefined where it leads nowhere or cannot be read as a module. */
  readonly info: ModuleInfo | undefined;
}

/** Bytes of the largest module that is believed, unpacked. */
const largest = 128 * 1024 * 1024;
/** So many unpacked bytes are in memory at once. */
const batchBytes = 32 * 1024 * 1024;

const ending = /^(.+)\.ko(\.xz|\.zst|\.gz)?$/;

/**
 * The modules below the folder of a kernel (`lib/modules/5.14…`), links of weak-updates followed. Throws
 * `tool-missing` where this host has not the tool that decompresses them.
 */
export async function readModules(tree: Tree, folder: string): Promise<FoundModule[]> {
  const paths = modulePaths(tree, folder).sort();
  const infos = new Map<string, ModuleInfo>();
  const waiting: Waiting[] = [];
  let bytes = 0;
  const finish = async (): Promise<void> => {
    await decompressAll(waiting.splice(0), (path, content) => note(infos, path, content));
    bytes = 0;
  };
  for (const path of paths) {
    const content = contentOf(tree, path);
    if (content === undefined) continue;
    const form = formOf(content);
    if (form === undefined) note(infos, path, content);
    else if (form === 'gzip') note(infos, path, gunzip(content));
    else {
      const length = form === 'xz' ? xzLength(content) : zstdLength(content);
      if (length !== undefined && length > largest) continue;
      waiting.push({ path, form, content, length });
      bytes += length ?? largest;
      if (bytes >= batchBytes) await finish();
    }
  }
  await finish();
  return paths.map((path) => {
    const file = path.slice(path.lastIndexOf('/') + 1);
    return {
      path,
      name: moduleName(ending.exec(file)?.[1] ?? file),
      isInTree: path.startsWith(`${folder}/kernel/`),
      info: infos.get(path),
    };
  });
}

function note(infos: Map<string, ModuleInfo>, path: string, content: Buffer | undefined): void {
  const info = content && readModule(content);
  if (info !== undefined) infos.set(path, info);
}

function modulePaths(tree: Tree, folder: string): string[] {
  const found: string[] = [];
  const queue = [folder];
  for (const path of queue) {
    for (const name of namesInTree(tree, path)) {
      const here = `${path}/${name}`;
      const stats = lookInTree(tree, here);
      // `build` and `source` are links to elsewhere.
      if (stats?.isDirectory()) queue.push(here);
      else if (ending.test(name)) found.push(here);
    }
  }
  return found;
}

function contentOf(tree: Tree, path: string): Buffer | undefined {
  const place = findPlaceInTree(tree, path);
  try {
    return place !== undefined && lookInTree(tree, place)?.isFile()
      ? readInTree(tree, place, largest)
      : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

type Form = 'xz' | 'zstd' | 'gzip';

function formOf(content: Buffer): Form | undefined {
  const hex = content.toString('hex', 0, 4);
  return hex === 'fd377a58'
    ? 'xz'
    : hex === '28b52ffd'
      ? 'zstd'
      : hex.startsWith('1f8b')
        ? 'gzip'
        : undefined;
}

function gunzip(content: Buffer): Buffer | undefined {
  try {
    return gunzipSync(content, { maxOutputLength: largest });
  } catch {
    return undefined;
  }
}

interface Waiting {
  readonly path: string;
  readonly form: 'xz' | 'zstd';
  readonly content: Buffer;
  /** Unpacked; undefined where it is not known beforehand. */
  readonly length: number | undefined;
}

/**
 * Decompresses many files with few runs of a tool, which takes several one after the other; where one of them
 * is damaged, each by itself.
 */
async function decompressAll(
  files: readonly Waiting[],
  take: (path: string, content: Buffer | undefined) => void,
): Promise<void> {
  for (const form of ['xz', 'zstd'] as const) {
    const known = files.filter((one) => one.form === form && one.length !== undefined);
    const sum = known.reduce((bytes, { length = 0 }) => bytes + length, 0);
    const all = known.length === 0 ? undefined : await decompress(form, known, sum);
    const isWhole = all?.length === sum;
    let at = 0;
    for (const { path, length = 0 } of isWhole ? known : []) {
      take(path, all?.subarray(at, at + length));
      at += length;
    }
    const rest = files.filter((one) => one.form === form && (!isWhole || one.length === undefined));
    for (const one of rest) take(one.path, await decompress(form, [one], largest));
  }
}

/** Throws `tool-missing`; undefined where the tool fails or more comes out than `most` bytes. */
async function decompress(form: Form, files: readonly Waiting[], most: number): Promise<Buffer | undefined> {
  if ((await findTool(form)) === undefined)
    throw new RootimgError('tool-missing', `${form} is not installed.`);
  const running = start([form, '--decompress', '--stdout', '--quiet']);
  const parts: Buffer[] = [];
  let length = 0;
  for (const { content } of files) running.stdin.write(content);
  running.stdin.end();
  for await (const part of running.stdout) {
    length += (part as Buffer).length;
    if (length > most) running.kill('SIGKILL');
    else parts.push(part as Buffer);
  }
  const { exitCode } = await running.ended;
  return exitCode === 0 && length <= most ? Buffer.concat(parts) : undefined;
}
