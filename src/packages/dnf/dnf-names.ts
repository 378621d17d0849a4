import type { PackageEntry } from '../../plan/build-plan.ts';
import type { Build } from '../../genimage/build-context.ts';
import { dnfArgv } from './dnf-argv.ts';
import { callDnf, type Dnf, type DnfRun, needsNetwork } from './dnf-call.ts';
import { dnfError } from './dnf-failure.ts';
import { isPackageFile } from '../rpm/package-files.ts';
import { type DnfReport, emptyDnfReport, readDnfLine } from './dnf-output.ts';

/** Name of a list entry as dnf takes it: without the folders of a sub-repository; groups and paths of files as they are. */
export function dnfName(entry: PackageEntry): string {
  return /^[/@]/.test(entry.name) ? entry.name : entry.name.slice(entry.name.lastIndexOf('/') + 1);
}

/** Looks which names of `task` no repository has, without changing anything, and throws the error that names them all. */
export async function checkAvailable(build: Build, dnf: Dnf, task: DnfRun): Promise<void> {
  const report = emptyDnfReport();
  const output = await findMissing(build, dnf, task, report);
  if (report.missing.length + report.missingGroups.length + report.unreachable.length === 0) return;
  const { repositories } = build.plan;
  throw dnfError({
    ...{ report, repositories, output, entries: task.entries },
    ...{ nameOf: dnfName, exitCode: 1, logFile: undefined },
  });
}

/** Looks whether dnf could do `task`, without changing anything, and throws what contradicts itself. */
export async function checkResolves(build: Build, dnf: Dnf, task: DnfRun): Promise<void> {
  const report = emptyDnfReport();
  const { stdout, stderr, exitCode } = await tryDnf(build, dnf, task, report);
  const output = `${stdout}\n${stderr}`;
  // dnf resolves, shows what it would do, answers its own question with no, and ends with 1.
  if (exitCode === 0 || /^Operation aborted/m.test(output)) return;
  const { repositories } = build.plan;
  throw dnfError({
    ...{ report, repositories, output, entries: task.entries },
    ...{ nameOf: dnfName, exitCode, logFile: undefined },
  });
}

/** Puts the names that no repository has into `report`. dnf stops at the first missing group or file and does not look at packages then. */
export async function findMissing(build: Build, dnf: Dnf, task: DnfRun, report: DnfReport): Promise<string> {
  const isGroup = (name: string) => name.startsWith('@');
  const isPlain = (name: string) => !isGroup(name) && !isPackageFile(name);
  let output = '';
  for (const names of [isGroup, isPackageFile, isPlain].map((kind) => task.names.filter(kind))) {
    if (names.length === 0) continue;
    const result = await tryDnf(build, dnf, { ...task, names }, report);
    output += `${result.stdout}\n${result.stderr}\n`;
  }
  return output;
}

/** Lets dnf resolve a run and say what it would do, and do nothing. */
export function tryDnf(build: Build, dnf: Dnf, task: DnfRun, report: DnfReport) {
  const session = { ...dnf.session, interactive: true };
  const argv = [...dnfArgv(session, task), '--assumeno'];
  const call = {
    network: needsNetwork(build, task),
    asks: false,
    onLine: (line: string) => void readDnfLine(line, report),
  };
  return callDnf(build, dnf, argv, task, call);
}
