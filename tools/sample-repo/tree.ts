import { lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type FileKind, type FileMarks, filesLine } from './spec.ts';

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

/** A user or group id of a file as the distribution names it. */
export interface Owners {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export interface ListOptions {
  /** Folders that belong to the `filesystem` package and get no line; paths from the root. */
  readonly shared: ReadonlySet<string>;
  /** What single files have that their package's tree does not tell, by path from the root. */
  readonly marks: Readonly<Record<string, FileMarks>>;
  readonly owners: Owners;
}

/**
 * The %files lines of a whole tree, sorted. Throws when a file belongs to somebody whom the distribution does
 * not know.
 */
export async function listFiles(root: string, options: ListOptions): Promise<string[]> {
  const lines: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const marks = {
        ...ownerOf(path, await lstat(join(root, path)), options.owners),
        ...options.marks[path],
      };
      if (entry.isDirectory()) {
        if (!options.shared.has(path)) lines.push(filesLine(path, 'folder', marks));
        await walk(path);
      } else {
        const kind: FileKind = path.startsWith('etc/') && !entry.isSymbolicLink() ? 'config' : 'file';
        lines.push(filesLine(path, kind, marks));
      }
    }
  };
  await walk('');
  return lines;
}

function ownerOf(path: string, status: { uid: number; gid: number }, owners: Owners): FileMarks {
  if (status.uid === 0 && status.gid === 0) return {};
  const user = owners.users.get(status.uid);
  const group = owners.groups.get(status.gid);
  if (user === undefined || group === undefined) {
    throw new Error(`${path} belongs to ${status.uid}:${status.gid}, whom the filesystem package lacks`);
  }
  return { owner: [user, group] };
}
