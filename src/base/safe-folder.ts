import type { Stats } from 'node:fs';
import { lstat, readlink, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { type Problem, throwProblems } from './errors.ts';
import { type FolderFault, folderTrust } from './folder-trust.ts';

/** As many links as the kernel follows in one path. */
const mostLinks = 40;

/** statfs(2): on NFS a squashed root owns its files as nobody, which no user of this host is there. */
const nfsType = 0x6969;

/**
 * What on the way to a path, its links followed, lets another user exchange files: folders that belong to
 * neither root nor us, or that others may write. A sticky folder (/tmp) is fine above something of ours, not
 * for working in it. What is not there yet is left out.
 * `parent`: we only make something of a new name there.
 */
export async function folderFaults(path: string, use: 'own' | 'parent' = 'own'): Promise<FolderFault[]> {
  const trusted = await trustedOwners();
  const faults: FolderFault[] = [];
  const todo = resolve(path).split('/').filter(Boolean).reverse();
  let here = '/';
  let links = 0;
  faults.push(...(await faultsOf('/', await lstat('/'), todo.length === 0 && use === 'own', trusted)));
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const next = part === '..' ? dirname(here) : join(here, part);
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) break;
    if (!found.isSymbolicLink()) {
      faults.push(...(await faultsOf(next, found, todo.length === 0 && use === 'own', trusted)));
      here = next;
      continue;
    }
    if (!(await isTrusted(next, found, trusted))) faults.push(foreign(next, found));
    links += 1;
    if (links > mostLinks) break;
    const target = await readlink(next);
    if (target.startsWith('/')) here = '/';
    todo.push(
      ...target
        .split('/')
        .filter((name) => name !== '' && name !== '.')
        .reverse(),
    );
  }
  return faults;
}

/**
 * The problem of a folder, or of a file that root runs, where others could exchange what lies there; where
 * only a group could, a warning unless config.yaml refuses that.
 */
export async function safeFolderProblems(path: string, use: 'own' | 'parent' = 'own'): Promise<Problem[]> {
  const faults = await folderFaults(path, use);
  const grave = faults.filter(({ anybody }) => anybody || folderTrust().groupWritable === 'refuse');
  if (grave.length === 0) {
    for (const fault of faults) folderTrust().warn(fault);
    return [];
  }
  const reasons = grave.map((fault) => `${fault.path} ${fault.reason}`).join(', ');
  const message = `${path} is not a safe place: others could exchange what lies there: ${reasons}.`;
  return [{ code: 'folder-open', message, hint }];
}

const hint =
  'Let all on the way belong to root (chown) and be writable by nobody else (chmod go-w), or name another place, such as one in /var/lib/rootimg.';

/** Throws the problems of safeFolderProblems. */
export async function requireSafeFolder(path: string, use: 'own' | 'parent' = 'own'): Promise<void> {
  throwProblems(await safeFolderProblems(path, use));
}

async function faultsOf(
  path: string,
  found: Stats,
  isWorkedIn: boolean,
  trusted: TrustedOwners,
): Promise<FolderFault[]> {
  // Nothing can be exchanged in a device or a pipe: whoever takes one for a folder hears so.
  if (!found.isDirectory() && !found.isFile()) return [];
  if (!(await isTrusted(path, found, trusted))) return [foreign(path, found)];
  const isSticky = (found.mode & 0o1000) !== 0 && found.isDirectory();
  if ((found.mode & 0o002) !== 0 && !(isSticky && !isWorkedIn)) {
    return [{ path, reason: 'can be written by everybody', anybody: true }];
  }
  const ownGroup = found.gid === 0 || (process.geteuid?.() !== 0 && found.gid === process.getegid?.());
  if ((found.mode & 0o020) === 0 || ownGroup || (isSticky && !isWorkedIn)) return [];
  return [{ path, reason: `can be written by group ${found.gid}`, anybody: false }];
}

function foreign(path: string, { uid }: Stats): FolderFault {
  return { path, reason: `belongs to user ${uid}`, anybody: true };
}

interface TrustedOwners {
  readonly uids: ReadonlySet<number>;
  /** Who owns what has no owner here. */
  readonly nobody: number;
}

async function isTrusted(path: string, { uid }: Stats, { uids, nobody }: TrustedOwners): Promise<boolean> {
  if (uids.has(uid)) return true;
  return uid === nobody && (await statfs(path)).type === nfsType;
}

/**
 * Root and we ourselves, and those that config.yaml names; in a user namespace root of the host is seen as
 * nobody.
 */
async function trustedOwners(): Promise<TrustedOwners> {
  const { nobody, isWhole } = await (namespace ??= readNamespace());
  const own = process.geteuid?.() ?? 0;
  return { nobody, uids: new Set([0, own, ...folderTrust().owners, ...(isWhole ? [] : [nobody])]) };
}

let namespace: ReturnType<typeof readNamespace> | undefined;

/** Who nobody is here, and whether all users of the host are seen. */
async function readNamespace(): Promise<{ readonly nobody: number; readonly isWhole: boolean }> {
  const read = async (file: string) => (await readTextFile(file).catch(() => '')).trim();
  const nobody = Number((await read('/proc/sys/kernel/overflowuid')) || 65_534);
  const map = (await read('/proc/self/uid_map')).split(/\s+/).join(' ');
  return { nobody, isWhole: map === '' || map === '0 0 4294967295' };
}
