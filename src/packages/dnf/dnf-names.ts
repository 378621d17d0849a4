import type { PackageEntry } from '../../plan/build-plan.ts';
import { callDnf, type Dnf, dnfLog, type DnfRun, needsNetwork } from './dnf-call.ts';
import { dnfError } from './dnf-failure.ts';
import type { Transaction } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { readTransaction } from './dnf-transaction.ts';
import { add, type DnfReport, emptyDnfReport } from './dnf-output.ts';

/**
 * Name of a list entry as dnf takes it: without the folders of a sub-repository; groups and paths of files as
 * they are.
 */
export function dnfName(entry: PackageEntry): string {
  return /^[/@]/.test(entry.name) ? entry.name : entry.name.slice(entry.name.lastIndexOf('/') + 1);
}

/**
 * Looks which names of `task` no repository has, without changing anything, and throws the error that names
 * them all.
 */
export async function checkAvailable(dnf: Dnf, task: DnfRun): Promise<void> {
  const report = emptyDnfReport();
  const output = await findMissing(dnf, task, report);
  if ([report.missing, report.missingGroups, report.modular, report.unreachable].flat().length === 0) return;
  throw failureOf(dnf, task, report, output, 1);
}

/** What dnf would do for `task`, told `options` too; throws what contradicts itself. Changes nothing. */
export async function resolveTask(
  dnf: Dnf,
  task: DnfRun,
  options: readonly string[] = [],
): Promise<DnfReport & Transaction> {
  const report = emptyDnfReport();
  const { stdout, stderr, exitCode } = await tryDnf(dnf, task, report, options);
  const output = `${stdout}\n${stderr}`;
  if (exitCode === 0 || dnf.dialect.couldDo.test(output)) return { ...report, ...readTransaction(stdout) };
  sortMissing(report, task);
  throw failureOf(dnf, task, report, output, exitCode);
}

/** The error of a run that ended badly. */
export function failureOf(dnf: Dnf, task: DnfRun, report: DnfReport, output: string, exitCode: number) {
  const { plan, keptLog } = dnf.site;
  return dnfError({
    ...{ report, output, exitCode, entries: task.entries, nameOf: dnfName },
    ...{ program: dnf.dialect.id, repositories: plan.repositories, logFile: keptLog(dnfLog) },
  });
}

/**
 * Puts the names that no repository has into `report`. dnf stops at the first missing group or file and does
 * not look at packages then.
 */
export async function findMissing(dnf: Dnf, task: DnfRun, report: DnfReport): Promise<string> {
  const isGroup = (name: string) => name.startsWith('@');
  const isPlain = (name: string) => !isGroup(name) && !isPackageFile(name);
  let output = '';
  for (const names of [isGroup, isPackageFile, isPlain].map((kind) => task.names.filter(kind))) {
    if (names.length === 0) continue;
    const result = await tryDnf(dnf, { ...task, names }, report);
    output += `${result.stdout}\n${result.stderr}\n`;
    sortMissing(report, { names });
  }
  return output;
}

/**
 * dnf5 tells a missing group without its `@`, as a name like any other, and module streams too, which it does
 * not install.
 */
export function sortMissing(report: DnfReport, { names }: Pick<DnfRun, 'names'>): void {
  const groups = report.missing.filter((name) => names.includes(`@${name}`) && !names.includes(name));
  for (const name of groups) {
    report.missing.splice(report.missing.indexOf(name), 1);
    if (name.includes(':')) add(report.modular, `@${name}`);
    else add(report.missingGroups, name);
  }
}

/** Lets dnf resolve a run and say what it would do, and do nothing. */
export function tryDnf(dnf: Dnf, task: DnfRun, report: DnfReport, options: readonly string[] = []) {
  const { dialect } = dnf;
  const argv = [...dialect.argv({ ...dnf.session, interactive: true }, task), '--assumeno', ...options];
  return callDnf(dnf, argv, task, {
    network: needsNetwork(dnf, task),
    ...{ asks: false, looksOnly: true },
    onLine: (line) => void dialect.readLine(line, report),
  });
}
