import { toShown } from '../../base/bytes.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import type { PackedTree } from './packed-tree.ts';
import { readPasswordField } from './password-field.ts';

/** Said where nobody gave root a password. */
export const noRootPassword =
  'There is no password hash for root (site/root.password-hash beside config.yaml): root is locked in this image.';

/**
 * Whether a password lets root in, by the account files as they are packed: a synclist or an exlist may have
 * changed them.
 */
export function rootLoginWarnings(
  tree: PackedTree,
  plan: Pick<PackPlan, 'rootPasswordHash' | 'secureroot'>,
): string[] {
  return [...ofRoot(tree, plan), ...ofOthers(tree, plan.secureroot)];
}

function ofRoot(tree: PackedTree, plan: Pick<PackPlan, 'rootPasswordHash' | 'secureroot'>): string[] {
  const { file, field } = passwordOf(tree, 'root');
  const { kind, locked } = readPasswordField(field);
  if (kind === 'open') return [`root needs no password in this image: its field in ${file} is empty.`];
  if (!locked || plan.secureroot) return [];
  if (plan.rootPasswordHash === '*') return [noRootPassword];
  return [
    `root is locked in this image although there is a password hash: ` +
      `${file}, as a synclist brings it, has none.`,
  ];
}

/** Other accounts that are root: whoever locks root should know of them. */
function ofOthers(tree: PackedTree, secureroot: boolean): string[] {
  const accounts = textOf(tree, 'etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name = '', , uid = '']) => !['', 'root'].includes(name) && /^0+$/.test(uid))
    .map(([name = '']) => name);
  return [...new Set(accounts)].flatMap((name) => {
    const { file, field } = passwordOf(tree, name);
    const { kind, locked } = readPasswordField(field);
    if (kind === 'open') return [`${toShown(name)} is root too (uid 0) and needs no password: ${file}.`];
    if (locked || !secureroot) return [];
    return [
      `secureroot locks root alone: ${toShown(name)} is root too (uid 0) and has a password in ${file}. Lock it there, or remove it.`,
    ];
  });
}

const longest = 64 * 1024 * 1024;

/** The password field of an account, where it counts. */
function passwordOf(tree: PackedTree, account: string): { readonly file: string; readonly field: string } {
  const passwd = fieldIn(tree, 'etc/passwd', account);
  const isElsewhere = passwd === undefined || readPasswordField(passwd).kind === 'elsewhere';
  if (!isElsewhere) return { file: 'etc/passwd', field: passwd };
  return { file: 'etc/shadow', field: fieldIn(tree, 'etc/shadow', account) ?? '*' };
}

/** Of an account's first line, which is the one that counts. */
function fieldIn(tree: PackedTree, path: string, account: string): string | undefined {
  const line = textOf(tree, path)
    .split('\n')
    .find((one) => one.startsWith(`${account}:`));
  return line?.split(':')[1];
}

function textOf(tree: PackedTree, path: string): string {
  const file = tree.file(path);
  return file === undefined ? '' : tree.read(file, longest).toString('latin1');
}
