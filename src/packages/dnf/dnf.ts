import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Phase } from '../../report/reporter.ts';
import { type Build, treeChanges, warn } from '../../genimage/build-context.ts';
import { writeRpmMacros } from '../rpm/rpm-macros.ts';
import { dnfArgv, modulePlatform } from './dnf-argv.ts';
import { callDnf, type Dnf, type DnfRun, needsNetwork } from './dnf-call.ts';
import { dnfConfig } from './dnf-config.ts';
import { dnfError } from './dnf-failure.ts';
import { dnfName, findMissing } from './dnf-names.ts';
import { isPackageFile } from '../rpm/package-files.ts';
import { type DnfReport, emptyDnfReport, readDnfLine } from './dnf-output.ts';

/** Writes dnf's configuration for this build. `databasePath` is where the image keeps its rpm database. */
export async function openDnf(build: Build, databasePath: string): Promise<Dnf> {
  const { plan } = build;
  const shared = join(build.temporary, 'dnf');
  const configFile = join(shared, 'dnf.conf');
  await mkdir(shared);
  const config = dnfConfig(plan.repositories, plan.keys, { local: !plan.request.nogpgcheck });
  // Its addresses may hold passwords.
  await writeFile(configFile, config, { mode: 0o600 });
  const macros = await writeRpmMacros(build, databasePath);
  const platform = modulePlatform(plan.image.family, plan.image.releasever);
  const session = {
    configFile,
    root: build.root,
    releasever: plan.image.releasever,
    interactive: plan.request.interactive,
    ...(platform === undefined ? {} : { platform }),
  };
  return { session, shared, macros, scriptlets: [] };
}

/**
 * Runs dnf once on the tree; shows its steps in `phase`. What comes from servers is fetched first, so that scriptlets have no network.
 * Throws the error that names what failed; failed scriptlets are collected in `dnf`.
 */
export async function runDnf(build: Build, dnf: Dnf, task: DnfRun, phase: Phase): Promise<void> {
  const fetches = task.command !== 'remove' && needsNetwork(build, task);
  for (const names of runsOf(task.names)) {
    const part = { ...task, names };
    if (fetches) await runOnce(build, dnf, part, phase, ['--downloadonly']);
    await runOnce(build, dnf, part, phase, fetches ? ['--cacheonly'] : []);
  }
}

/** dnf refuses package files together with groups ("transaction job already exists"): the groups come in a run behind them. */
export function runsOf(names: readonly string[]): (readonly string[])[] {
  const groups = names.filter((name) => name.startsWith('@'));
  if (groups.length === 0 || !names.some(isPackageFile)) return [names];
  return [names.filter((name) => !groups.includes(name)), groups];
}

async function runOnce(
  build: Build,
  dnf: Dnf,
  task: DnfRun,
  phase: Phase,
  options: readonly ('--downloadonly' | '--cacheonly')[],
): Promise<void> {
  const report = emptyDnfReport();
  // A person is asked once: before the download where there is one.
  const asks = dnf.session.interactive && !options.includes('--cacheonly');
  const argv = [...dnfArgv({ ...dnf.session, interactive: asks }, task), ...options];
  const onLine = (line: string) => {
    const step = readDnfLine(line, report);
    if (step !== undefined && !asks) phase.progress(step.text, step.done, step.total);
    if (report.changing && !build.tree.changed) treeChanges(build);
  };
  const network = options.includes('--downloadonly');
  const result = await callDnf(build, dnf, argv, task, { network, asks, onLine });
  tellFindings(build, dnf, report);
  if (result.exitCode === 0) return;
  if (report.missingGroups.length > 0) await findMissing(build, dnf, task, report);
  throw dnfError({
    report,
    repositories: build.plan.repositories,
    entries: task.entries,
    nameOf: dnfName,
    output: `${result.stdout}\n${result.stderr}`,
    exitCode: result.exitCode,
    logFile: build.logs.kept === undefined ? undefined : build.logs.path('dnf.log'),
  });
}

function tellFindings(build: Build, dnf: Dnf, report: DnfReport): void {
  dnf.scriptlets.push(...report.scriptlets);
  for (const name of report.missingMembers) {
    const text = `No repository has the package '${name}', which a group of the package lists names.`;
    if (!build.warnings.includes(text)) warn(build, text);
  }
}
