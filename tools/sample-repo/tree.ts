import { lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type FileKind, filesLine } from './spec.ts';

const merged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'] as const;

/** Moves what lies in /bin, /sbin and /lib* of an unpacked package below /usr, where EL has it. */
export async function mergeUsr(root: string): Promise<void> {
  for (const name of merged) {
    const status = await lstat(join(root, name)).catch(() => undefined);
    if (status === undefined) continue;
    if (status.isDirectory()) await moveInto(root, name, `usr/${name}`);
    else await rm(join(root, name));
  }
}

async function moveInto(root: string, from: string, to: string): Promise<void> {
  await mkdir(join(root, to), { recursive: true });
  for (const entry of await readdir(join(root, from), { withFileTypes: true })) {
    const source = `${from}/${entry.name}`;
    const target = `${to}/${entry.name}`;
    if (entry.isDirectory()) await moveInto(root, source, target);
    else if (entry.isSymbolicLink()) await moveLink(root, source, target);
    else await rename(join(root, source), join(root, target));
  }
  await rmdir(join(root, from));
}

/** A relative link is one folder deeper now; written from the root, it still points where it did. */
async function moveLink(root: string, source: string, target: string): Promise<void> {
  const text = await readlink(join(root, source));
  // A link to its own name below /usr would point at itself.
  const pointsAt = resolve('/', dirname(source), text);
  await rm(join(root, source));
  if (pointsAt === `/${target}`) return;
  await symlink(text.includes('/') ? pointsAt : text, join(root, target));
}

/** Removes paths from a tree; a trailing slash is decoration. */
export async function dropPaths(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(root, path), { recursive: true, force: true });
}

/**
 * The %files lines of a whole tree, sorted. Folders of `shared` (paths from the root) belong to the `filesystem` package and get no line.
 */
export async function listFiles(
  root: string,
  shared: ReadonlySet<string>,
  capabilities: Readonly<Record<string, string>>,
): Promise<string[]> {
  const lines: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!shared.has(path)) lines.push(filesLine(path, 'folder'));
        await walk(path);
      } else {
        const kind: FileKind = path.startsWith('etc/') ? 'config' : 'file';
        lines.push(filesLine(path, entry.isSymbolicLink() ? 'file' : kind, capabilities[path]));
      }
    }
  };
  await walk('');
  return lines;
}
