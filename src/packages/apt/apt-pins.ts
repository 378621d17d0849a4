import type { PackageChoice, PackageTask } from '../manager.ts';

/**
 * What apt may take for a task (apt_preferences(5)); undefined where all is free. The record of a package is
 * stronger than the one of all; from 1001 on a version is taken in place of a newer one.
 */
export function pinText({
  exclude = [],
  choice,
}: Pick<PackageTask, 'exclude' | 'choice'>): string | undefined {
  const records = [
    ...(choice === undefined ? [] : chosenRecords(choice)),
    ...(exclude.length === 0 ? [] : [record(exclude.join(' '), 'release *', -1)]),
    ...(choice?.others === 'none' ? [record('*', 'release *', -1)] : []),
  ];
  return records.length === 0 ? undefined : records.join('\n');
}

function chosenRecords({ packages }: PackageChoice): string[] {
  return packages.map(({ name, version }) => record(name, `version ${version}`, 1001));
}

function record(packages: string, pin: string, priority: number): string {
  return `Package: ${packages}\nPin: ${pin}\nPin-Priority: ${priority}\n`;
}
