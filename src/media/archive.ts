import { RootimgError } from '../base/errors.ts';
import { archiveFormat, archiveLocale } from '../system/archive-format.ts';
import { findTool, run, type RunOptions } from '../system/exec.ts';
import { type Medium, orderedEntries } from './medium.ts';
import { readMtree } from './mtree.ts';

/** argv that writes the table of contents of an ISO file or device; file data is skipped, not read. */
export function listArgv(path: string): string[] {
  return ['bsdtar', '-cf', '-', '--format=mtree', `@${path}`];
}

/** argv that writes one file of the medium to standard output. */
export function readArgv(path: string, member: string): string[] {
  return ['bsdtar', '-xOf', path, '--', escapePattern(member)];
}

/**
 * argv that unpacks a medium into `folder`, leaving alone every file that is there (`-k`). The owner is who
 * copies: a medium's owners are those of the machine that made it. No program that runs as its owner, and
 * nothing that others may write, comes from a medium.
 */
export function unpackArgv(path: string, folder: string): string[] {
  const mine = ['--no-same-owner', '--no-same-permissions', '--no-acls', '--no-xattrs', '--no-fflags'];
  return ['bsdtar', '-xvkf', path, ...mine, '-C', folder];
}

/** Members are patterns to bsdtar. */
function escapePattern(member: string): string {
  return member.replace(/[\\*?[\]]/g, '\\$&');
}

/** Reads the table of contents of an ISO file or device without mounting it. Throws `medium-unreadable`. */
export async function openArchive(path: string): Promise<Medium> {
  await needBsdtar();
  await refuseOtherFormats(path);
  const { stdout } = await bsdtar(listArgv(path)).catch((error: unknown) => {
    if (!(error instanceof RootimgError) || error.code !== 'command-failed') throw error;
    throw unreadable(path, error);
  });
  const { entries: listed, odd } = readMtree(stdout);
  if (odd.length > 0) throw oddMembers(path, odd);
  const entries = orderedEntries(listed);
  if (entries === undefined || entries.length === 0) throw unreadable(path);
  return { path, kind: 'archive', entries };
}

/**
 * bsdtar reads much besides, such as lists that name files of the host to be copied (mtree(5), `contents=`).
 */
async function refuseOtherFormats(path: string): Promise<void> {
  const found = await archiveFormat(path);
  if (!found?.format.startsWith('ISO9660') || found.compression !== 'none') throw unreadable(path);
}

function oddMembers(path: string, odd: readonly string[]): RootimgError {
  return new RootimgError('medium-odd', `${path} holds devices or pipes, which no installation medium has.`, {
    details: odd.slice(0, 12).map((name) => `  ${name}`),
  });
}

export async function readArchiveText(path: string, member: string): Promise<string> {
  const { stdout } = await bsdtar(readArgv(path, member), { action: `read ${member} of ${path}` });
  return stdout;
}

/** Unpacks what is not yet in `folder`; `onMember` hears of each member as it is dealt with. */
export async function unpackArchive(
  path: string,
  folder: string,
  onMember: (member: string) => void,
): Promise<void> {
  await bsdtar(unpackArgv(path, folder), {
    action: `copy ${path}`,
    onLine: (line) => {
      if (line.startsWith('x ')) onMember(line.slice(2));
    },
  });
}

async function bsdtar(argv: readonly string[], options: RunOptions = {}): ReturnType<typeof run> {
  return run(argv, { ...options, env: archiveLocale });
}

async function needBsdtar(): Promise<void> {
  if ((await findTool('bsdtar')) !== undefined) return;
  throw new RootimgError(
    'tool-missing',
    'bsdtar is not installed; it reads ISO files without mounting them.',
    {
      hint: 'Install the package libarchive-tools (EL: bsdtar).',
    },
  );
}

function unreadable(path: string, cause?: RootimgError): RootimgError {
  return new RootimgError('medium-unreadable', `${path} cannot be read as an ISO image.`, {
    hint: 'An ISO file, a device or a folder was expected. If it is one, it may be cut off: compare its checksum with the published one.',
    ...(cause === undefined ? {} : { cause, details: cause.details }),
  });
}
