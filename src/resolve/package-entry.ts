import { basename } from 'node:path';
import type { Problem } from '../base/errors.ts';
import type { PackagePass } from '../plan/build-plan.ts';
import type { PackageId } from '../plan/package-id.ts';
import { debEntryFault } from './deb/list-entry.ts';
import { hasUnprintable } from './list-file.ts';

export type PackageListKind = 'pkglist' | 'otherpkglist';

type Format = PackageId['type'] | undefined;

/** What an entry of a list means; one of `entry` and `problem` is there. */
export interface ReadEntry {
  readonly entry?: {
    readonly list: keyof Pick<PackagePass, 'install' | 'removeBefore' | 'removeAfter'>;
    readonly name: string;
  };
  readonly warning?: string;
  readonly problem?: Problem;
}

/** Reads one entry: a name to install, or one to remove behind one or two dashes. */
export function readEntry(text: string, kind: PackageListKind, format: Format): ReadEntry {
  const blankInName = /\s/.test(text) && !(text.startsWith('@') && !text.includes('#'));
  const noName = text === '@' || text.endsWith('/');
  if (blankInName || noName || hasUnprintable(text)) return { problem: notAPackage(text) };
  const [, dashes = '', rest = ''] = /^(-{0,2})([^]*)$/.exec(text) ?? [];
  if (dashes === '') return installed(text, kind, format);
  const name = basename(rest);
  if (kind === 'pkglist') return { problem: removalInPkglist(text) };
  const isName = name !== '' && !name.startsWith('-');
  if (!isName || faultOf(name, format) !== undefined) return { problem: notAPackage(text) };
  return { entry: { list: dashes === '-' ? 'removeBefore' : 'removeAfter', name } };
}

function installed(text: string, kind: PackageListKind, format: Format): ReadEntry {
  const { name, warning } = installName(text, kind, format);
  const isPath = name.startsWith('/');
  // Managers are told what stands behind the folders: no word of it may be an option of theirs.
  if (!isPath && /^@?-/.test(basename(name))) return { problem: notAPackage(text) };
  const fault = faultOf(kind === 'otherpkglist' && !isPath ? basename(name) : name, format);
  if (fault !== undefined) return { problem: { ...notAPackage(text), ...fault } };
  return { entry: { list: 'install', name }, ...(warning === undefined ? {} : { warning }) };
}

/**
 * A folder before a name is a repository's in an otherpkglist and nothing in a pkglist, where xCAT drops it;
 * of deb packages one word behind a `/` is the suite.
 */
function installName(
  text: string,
  kind: PackageListKind,
  format: Format,
): { name: string; warning?: string } {
  if (kind === 'otherpkglist' || !text.includes('/') || /^[/@]/.test(text)) return { name: text };
  if (format === 'deb' && text.split('/').length === 2) return { name: text };
  const name = basename(text);
  return { name, warning: `'${text}' is '${name}' in a pkglist: folders count only in an otherpkglist.` };
}

function faultOf(name: string, format: Format): Pick<Problem, 'message' | 'hint'> | undefined {
  return format === 'deb' ? debEntryFault(name) : undefined;
}

export function notAPackage(text: string): Problem {
  return {
    code: 'package-line',
    message: `'${text}' is not a package name.`,
    hint: 'One name a line; a comment needs a line of its own.',
  };
}

function removalInPkglist(text: string): Problem {
  return {
    code: 'removal-in-pkglist',
    message: `'${text}' removes a package, which only an otherpkglist can.`,
    hint: 'Put this line into the otherpkglist.',
  };
}
