import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manualFiles } from '../../src/cli/manual/files.ts';
import { RootimgError } from '../../src/base/errors.ts';
import type { Installation } from '../../src/kit/installation.ts';
import { commonTree, filesBelow, netbootTree, type TreeFile } from '../../src/kit/netboot-tree.ts';

/** A file to install: its content is read once and kept, so that what was checked is what is written. */
export interface InstallFile {
  /** Relative to the prefix. */
  readonly path: string;
  readonly content: Buffer;
  readonly sha256: string;
  readonly mode: number;
  readonly kind: TreeFile['kind'];
}

/** All files that an installation has below its prefix, sorted by path. Throws `not-built`. */
export async function installTree(source: Installation): Promise<InstallFile[]> {
  const bin = await filesBelow(join(source.root, 'bin'), 'program');
  const files: InstallFile[] = [];
  for (const file of await programTree(source, bin)) {
    files.push(installFile(file, await readFile(file.source)));
  }
  const launcher = await readFile(join(source.netboot, 'common/genimage'), 'utf8');
  for (const { path } of bin) {
    const content = Buffer.from(launcherFor(launcher, path));
    files.push(installFile({ path: `bin/${path}`, mode: 0o755, kind: 'program' }, content));
  }
  for (const [path, text] of await manualFiles()) {
    files.push(installFile({ path: `share/${path}`, mode: 0o644, kind: 'program' }, Buffer.from(text)));
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function programTree(source: Installation, bin: readonly TreeFile[]): Promise<TreeFile[]> {
  const main = join(source.dist, 'main.mjs');
  await access(main).catch(() => {
    throw new RootimgError('not-built', `${main} is missing.`, { hint: 'Run: npm run build' });
  });
  const dist = await filesBelow(source.dist, 'program');
  const netboot = [...(await netbootTree(source)), ...(await commonTree(source))];
  return [
    ...bin.map((file) => ({ ...file, path: `share/rootimg/bin/${file.path}` })),
    ...dist
      .filter((file) => !file.path.startsWith('tools/'))
      .map((file) => ({ ...file, path: `share/rootimg/dist/${file.path}` })),
    ...netboot.map((file) => ({ ...file, path: `share/xcat/netboot/${file.path}` })),
  ];
}

/**
 * The launcher of the netboot folder looks for Node as those of `bin` must: only the program that it starts
 * differs.
 */
export function launcherFor(launcher: string, name: string): string {
  const own = 'program=$here/genimage.mjs\n';
  if (!launcher.includes(own)) throw new Error(`common/genimage has no line ${own}`);
  return launcher.replace(own, `program=$here/../share/rootimg/bin/${name}\n`);
}

function installFile(file: Omit<TreeFile, 'source'>, content: Buffer): InstallFile {
  const { path, mode, kind } = file;
  return { path, mode, kind, content, sha256: digest(content) };
}

/** hex sha256 */
export function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
