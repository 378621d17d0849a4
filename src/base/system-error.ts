import { fileErrorWords } from './errors.ts';
import { own } from './own.ts';

/** What was being done, by the system call that failed; calls without an entry are named as they are. */
const actions: Readonly<Record<string, string>> = {
  access: 'look at',
  chmod: 'change the mode of',
  chown: 'change the owner of',
  copyfile: 'copy',
  fchmod: 'change the mode of',
  fsync: 'write to the disk:',
  ftruncate: 'cut',
  link: 'link',
  lstat: 'look at',
  mkdir: 'make the folder',
  mkdtemp: 'make a folder',
  open: 'open',
  opendir: 'read the folder',
  read: 'read',
  readlink: 'read the link',
  realpath: 'find',
  rename: 'rename',
  rm: 'remove',
  rmdir: 'remove',
  scandir: 'read the folder',
  stat: 'look at',
  statfs: 'look at',
  symlink: 'make the link',
  unlink: 'remove',
  utime: 'set the time of',
  write: 'write',
};

/** Codes that say that we asked for nonsense: our bugs. */
const ours = new Set(['EINVAL', 'EBADF', 'EFAULT', 'ENOTSOCK', 'EDOM', 'ERANGE']);

/**
 * An error of the operating system as a sentence for the user, by operation and path: a full or failing disk,
 * a limit, a missing right. Undefined for all that is not one.
 */
export function systemErrorWords(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  if (code === 'ERR_FS_FILE_TOO_LARGE') return `A file is larger than can be read at once: ${error.message}.`;
  if (syscall === undefined || code === undefined || ours.has(code) || !/^E[A-Z0-9]+$/.test(code))
    return undefined;
  if (syscall === 'uv_cwd') return 'The working folder does not exist any more: change to another one.';
  const what = [own(actions, syscall) ?? syscall, ...(path === undefined ? [] : [path])].join(' ');
  return `Cannot ${what}${dest === undefined ? '' : ` to ${dest}`}: ${fileErrorWords(error)}.`;
}

/**
 * For `catch`: a failure on the file at `path` that does not say so, as that of a write, says so from here
 * on.
 */
export function naming(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && 'syscall' in error && !('path' in error)) Object.assign(error, { path });
    throw error;
  };
}
