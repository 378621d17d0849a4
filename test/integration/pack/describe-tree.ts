import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What one file of a tree is; all that an archive should keep. */
export interface Described {
  readonly mode: string;
  readonly owner: string;
  readonly time?: number;
  readonly size?: number;
  readonly content?: string;
  readonly target?: string;
  readonly device?: number;
  /** Other names of the same file in the tree. */
  readonly links?: readonly string[];
  readonly xattrs?: readonly string[];
}

/**
 * Describes a tree, path by path (latin1, without `./`). Times of folders and links are no business of an
 * archive.
 */
export function describeTree(root: string): Map<string, Described> {
  const paths = ['.'];
  const inodes = new Map<bigint, string[]>();
  for (const path of paths) {
    const stats = lstatSync(bytes(`${root}/${path}`), { bigint: true });
    if (!stats.isDirectory()) {
      inodes.set(stats.ino, [...(inodes.get(stats.ino) ?? []), path]);
      continue;
    }
    for (const name of readdirSync(bytes(`${root}/${path}`), 'latin1'))
      paths.push(path === '.' ? name : `${path}/${name}`);
  }
  const xattrs = attributes(root);
  return new Map(
    paths.sort().map((path) => {
      const stats = lstatSync(bytes(`${root}/${path}`), { bigint: true });
      const names = inodes.get(stats.ino) ?? [];
      const file = stats.isFile();
      const described: Described = {
        mode: stats.mode.toString(8),
        owner: `${stats.uid}:${stats.gid}`,
        ...(file ? { time: Number(stats.mtimeNs / 1_000_000_000n), size: Number(stats.size) } : {}),
        ...(file ? { content: digest(`${root}/${path}`) } : {}),
        ...(stats.isSymbolicLink() ? { target: readlinkSync(bytes(`${root}/${path}`), 'latin1') } : {}),
        ...(stats.isBlockDevice() || stats.isCharacterDevice() ? { device: Number(stats.rdev) } : {}),
        ...(names.length > 1 ? { links: [...names].sort() } : {}),
      };
      const own = xattrs.get(path);
      return [path, own === undefined ? described : { ...described, xattrs: own }];
    }),
  );
}

function bytes(binary: string): Buffer {
  return Buffer.from(binary, 'latin1');
}

function digest(path: string): string {
  return createHash('sha256')
    .update(readFileSync(bytes(path)))
    .digest('hex');
}

function attributes(root: string): Map<string, string[]> {
  const dump = execFileSync('getfattr', ['-R', '-h', '-P', '-d', '-m', '-', '-e', 'hex', '.'], { cwd: root });
  const found = new Map<string, string[]>();
  for (const record of dump
    .toString('latin1')
    .split('\n\n')
    .filter((one) => one !== '')) {
    const [first = '', ...lines] = record.split('\n');
    const shown = first.replace(/^# file: (\.\/)?/, '');
    const path = shown.replace(/\\([0-7]{3})/g, (_, digits: string) =>
      String.fromCharCode(parseInt(digits, 8)),
    );
    found.set(path, lines.sort());
  }
  return found;
}
