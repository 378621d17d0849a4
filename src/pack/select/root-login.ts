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
  const passwd = rootField(tree, 'etc/passwd');
  const isElsewhere = passwd === undefined || readPasswordField(passwd).kind === 'elsewhere';
  const field = isElsewhere ? rootField(tree, 'etc/shadow') : passwd;
  const { kind, locked } = readPasswordField(field ?? '*');
  if (kind === 'open') {
    const file = isElsewhere ? 'etc/shadow' : 'etc/passwd';
    return [`root needs no password in this image: its field in ${file} is empty.`];
  }
  if (!locked || plan.secureroot) return [];
  if (plan.rootPasswordHash === '*') return [noRootPassword];
  const where = isElsewhere ? 'etc/shadow' : 'etc/passwd';
  return [
    `root is locked in this image although there is a password hash: ` +
      `${where}, as a synclist brings it, has none.`,
  ];
}

const longest = 64 * 1024 * 1024;

/** The password field of root's first line, which is the one that counts. */
function rootField(tree: PackedTree, path: string): string | undefined {
  const file = tree.file(path);
  const text = file === undefined ? '' : tree.read(file, longest).toString('latin1');
  return /^root:([^:\n]*)/m.exec(text)?.[1];
}
