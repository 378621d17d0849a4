import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageEntry } from '../../plan/build-plan.ts';
import type { Phase } from '../../report/reporter.ts';
import type { RunResult } from '../../system/exec.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { writeRpmMacros } from '../rpm-macros.ts';
import { anyExitCode, type ImageUname, runOverRoot } from '../sandbox.ts';
import { type DnfSession, type DnfTask, dnfArgv, modulePlatform } from './dnf-argv.ts';
import { dnfConfig } from './dnf-config.ts';
import { dnfError } from './dnf-failure.ts';
import { type DnfReport, emptyDnfReport, readDnfLine } from './dnf-output.ts';

/** dnf, ready to work on the tree of a build. */
export interface Dnf {
  readonly session: DnfSession;
  /** Folder seen inside the image as /run/rootimg/shared: configuration, cache, logs. */
  readonly shared: string;
  /** See SandboxOptions.rpmMacros. */
  readonly macros: string;
}

/** One run of dnf with what it needs to be told and to tell. */
export interface DnfRun extends DnfTask {
  /** The list entries behind the names, for messages. */
  readonly entries: readonly PackageEntry[];
  /** K=V words for this run. */
  readonly environment: readonly string[];
  readonly uname?: ImageUname | undefined;
}

/** Writes dnf's configuration for this build. `databasePath` is where the image keeps its rpm database. */
export async function openDnf(build: Build, databasePath: string): Promise<Dnf> {
  const { plan } = build;
  const shared = join(build.temporary, 'dnf');
  const configFile = join(shared, 'dnf.conf');
  await mkdir(shared);
  await writeFile(configFile, dnfConfig(plan.repositories, plan.keys, { local: !plan.request.nogpgcheck }));
  const macros = await writeRpmMacros(build, databasePath);
  const platform = modulePlatform(plan.image.family, plan.image.releasever);
  const session = {
    configFile,
    root: build.root,
    releasever: plan.image.releasever,
    interactive: plan.request.interactive,
    ...(platform === undefined ? {} : { platform }),
  };
  return { session, shared, macros };
}

/** Name of a list entry as dnf takes it: without the folders of a sub-repository; groups and paths of files as they are. */
export function dnfName(entry: PackageEntry): string {
  return /^[/@]/.test(entry.name) ? entry.name : entry.name.slice(entry.name.lastIndexOf('/') + 1);
}

/** Runs dnf once on the tree; shows its steps in `phase`. Throws the error that names what failed. */
export async function runDnf(build: Build, dnf: Dnf, task: DnfRun, phase: Phase): Promise<void> {
  const { plan, logs } = build;
  const report = emptyDnfReport();
  const result = await callDnf(build, dnf, dnfArgv(dnf.session, task), task, (line) => {
    const step = readDnfLine(line, report);
    if (step !== undefined && !dnf.session.interactive) phase.progress(step.text, step.done, step.total);
    if (report.changing && !build.tree.changed) treeChanges(build);
  });
  for (const scriptlet of report.scriptlets) warn(build, `A scriptlet failed: ${scriptlet}`);
  if (result.exitCode === 0) return;
  // dnf stops at the first missing group and does not look at packages then.
  if (report.missingGroups.length > 0) await findMissing(build, dnf, task, report);
  const { repositories } = plan;
  throw dnfError({
    report,
    repositories,
    entries: task.entries,
    nameOf: dnfName,
    output: `${result.stdout}\n${result.stderr}`,
    exitCode: result.exitCode,
    logFile: logs.kept === undefined ? undefined : logs.path('dnf.log'),
  });
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

async function findMissing(build: Build, dnf: Dnf, task: DnfRun, report: DnfReport): Promise<string> {
  const isGroup = (name: string) => name.startsWith('@');
  const session = { ...dnf.session, interactive: true };
  const read = (line: string) => void readDnfLine(line, report);
  let output = '';
  for (const names of [task.names.filter(isGroup), task.names.filter((name) => !isGroup(name))]) {
    if (names.length === 0) continue;
    const argv = [...dnfArgv(session, { ...task, names }), '--assumeno'];
    const result = await callDnf(build, dnf, argv, task, read);
    output += `${result.stdout}\n${result.stderr}\n`;
  }
  return output;
}

function callDnf(
  build: Build,
  dnf: Dnf,
  argv: readonly string[],
  task: DnfRun,
  onLine: (line: string) => void,
): Promise<RunResult> {
  const { plan, logs } = build;
  const asks = dnf.session.interactive && !argv.includes('--assumeno');
  const sandbox = {
    shared: dnf.shared,
    rpmMacros: dnf.macros,
    network: plan.repositories.some((repository) => !repository.url.startsWith('file:')),
    ...(task.uname === undefined ? {} : { uname: task.uname }),
  };
  return runOverRoot(build.root, argv, sandbox, {
    env: { ...plan.environment, ...assignments(task.environment), ...dnfEnvironment },
    logFile: logs.path('dnf.log'),
    onLine,
    okCodes: anyExitCode,
    action: `${task.command} packages`,
    ...(asks ? { input: 'inherit' as const } : {}),
  });
}

/** We read dnf's output in the C locale; the host's aliases of dnf's commands are not ours. */
const dnfEnvironment = { LC_ALL: 'C', DNF_DISABLE_ALIASES: '1' } as const;

function assignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}
