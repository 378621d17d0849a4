import { callDnf, type Dnf, type DnfRun } from './dnf-call.ts';

/**
 * The packages that each of these groups (by id or name, as asked) must bring; a group that dnf does not tell
 * of is absent.
 */
export async function readGroups(
  dnf: Dnf,
  task: DnfRun,
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const argv = dnf.dialect.argv(dnf.session, {
      ...task,
      command: 'group',
      names: ['info', '--cacheonly', name],
    });
    const { stdout, exitCode } = await callDnf(dnf, argv, task, { network: false, asks: false });
    if (exitCode === 0) groups.set(name, dnf.dialect.groupMembers(stdout));
  }
  return groups;
}

/** The names below `Mandatory Packages:` of `dnf group info`. */
export function mandatoryPackages(output: string): string[] {
  const section = /^ Mandatory Packages:\n((?: {3}\S.*\n?)*)/m.exec(output)?.[1] ?? '';
  return section.split('\n').flatMap((line) => line.trim() || []);
}
