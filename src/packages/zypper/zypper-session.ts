import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { both } from '../../base/both.ts';
import { throwProblems } from '../../base/errors.ts';
import { removeFromTree } from '../../system/tree-file.ts';
import type { Phase } from '../../report/reporter.ts';
import type { PackageSite, PackageTask, ScriptletFailure, Session } from '../manager.ts';
import { hasArrived, notArrived } from '../rpm/arrived.ts';
import { importKeys } from '../rpm/import-keys.ts';
import { hasPattern, readInstalledNames } from '../rpm/installed-names.ts';
import {
  askForDatabases,
  claimRpmDatabase,
  findDatabasePath,
  settleRpmDatabase,
} from '../rpm/rpm-database.ts';
import { runWithUname } from '../rpm/uname-cover.ts';
import { callZypper, needsNetwork, type Zypper, zypperLog, type ZypperRun } from './zypper-call.ts';
import { zypperChoice } from './zypper-choice.ts';
import { zypperLocking } from './zypper-lock.ts';
import { checkAvailable, failureOf, resolveTask } from './zypper-names.ts';
import { prepareZypper } from './zypper-open.ts';
import { recordOrigins } from './zypper-origins.ts';
import { emptyZypperReport } from './zypper-output.ts';
import { runZypper } from './zypper-run.ts';
import { patternWord, zypperName } from './zypper-words.ts';

/**
 * Makes zypper ready to work on a tree, and the tree's database ready for the host's rpm. The repositories are
 * read at once, without the tree: what is wrong with one is told before anything has changed.
 */
export async function openZypper(site: PackageSite): Promise<Session> {
  const databasePath = await findDatabasePath(site);
  const zypper = await prepareZypper(site, databasePath);
  await site.step('Read the repositories', () => refresh(zypper));
  await claimRpmDatabase(zypper.host, site, databasePath);
  let hasKeys = false;
  const trustKeys = async () => {
    // Keys that cannot be taken were told when the repositories were read.
    if (!hasKeys) await importKeys(zypper.host, site.plan.keys, () => undefined);
    hasKeys = true;
  };
  const choose = zypperChoice(zypper);
  const turnOf = async (task: PackageTask) => {
    await choose(task.choice);
    return runOf(task);
  };
  const withExcluded = <T>(task: PackageTask, work: () => Promise<T>) =>
    withLocks(zypper, task.exclude ?? [], work);
  return {
    checkNames: async (task) => checkAvailable(zypper, await turnOf(task)),
    resolve: async (task) => resolveTask(zypper, await turnOf(task)),
    apply: async (task, phase) => {
      const run = await turnOf(task);
      if (run.command !== 'update' && run.names.length === 0) return [];
      // What contradicts itself is told before the tree changes.
      if (!hasKeys) await resolveTask(zypper, run);
      site.treeChanges();
      await trustKeys();
      const failures = await withExcluded(task, () => runInTree(zypper, run, phase));
      if (run.command === 'install') await checkArrived(zypper, run);
      return failures;
    },
    settle: async () => {
      const [facts] = await both(askForDatabases(zypper.host), recordOrigins(zypper));
      for (const name of leftovers) await removeFromTree(site.root, name);
      await settleRpmDatabase(zypper.host, site, databasePath, facts);
    },
    locking: zypperLocking({ zypper, turnOf, withExcluded, trustKeys }),
  };
}

/** What libzypp writes down of the machine that it runs on. */
const leftovers = ['var/lib/zypp/AnonymousUniqueId', 'var/lib/zypp/LastDistributionFlavor'];

function runOf(task: PackageTask): ZypperRun {
  const { command, entries, repositories, environment, uname } = task;
  return {
    ...{ entries, repositories, environment, uname },
    command: command === 'upgrade' ? 'update' : command,
    names: [...new Set(entries.map(zypperName))],
  };
}

/** Reads all repositories, in an empty root: keys are needed there, and the tree is not to change yet. */
async function refresh(zypper: Zypper): Promise<void> {
  const { site, session, host } = zypper;
  const root = join(site.treeTemporary, 'empty-root');
  for (const name of ['proc', 'sys', 'dev', 'run', 'tmp']) await mkdir(join(root, name), { recursive: true });
  const empty = { site, session: { ...session, root }, host: { ...host, root } };
  const repositories = site.plan.repositories.map(({ id }) => id);
  const task = { command: 'refresh', names: [], repositories, environment: [], entries: [] } as const;
  // zypper trusts what the database of the root has; it is asked to import nothing by itself.
  await importKeys(empty.host, site.plan.keys, site.warn);
  for (const environment of refreshEnvironments(site)) {
    const report = emptyZypperReport();
    const call = { network: needsNetwork(zypper, task), looksOnly: true };
    const { exitCode, stderr } = await callZypper(empty, { ...task, environment }, report, call);
    if (exitCode !== 0) throw failureOf(zypper, task, report, stderr, exitCode);
  }
  await rm(root, { recursive: true });
}

/** Variables of `#ENV:…#` count for the metadata too: a pass may name another proxy. */
function refreshEnvironments({ plan }: PackageSite): (readonly string[])[] {
  const first = [...plan.passes, ...plan.otherPasses].find(({ environment }) => environment.length > 0);
  return [first?.environment ?? []];
}

/** Runs zypper while `uname` of the image answers with the image's kernel, where the task has one. */
function runInTree(zypper: Zypper, task: ZypperRun, phase: Phase): Promise<ScriptletFailure[]> {
  const renewal = (owner: string): ZypperRun => ({ ...task, command: 'update', names: [owner], entries: [] });
  return runWithUname(zypper.host, task.uname, {
    touches: async (name) => (await resolveTask(zypper, task)).touched.has(name),
    renew: task.command === 'remove' ? undefined : (owner) => runZypper(zypper, renewal(owner), phase),
    run: (uname) => runZypper(zypper, { ...task, uname }, phase),
  });
}

/** Does `work` while these packages are locked: nothing of them is put in, replaced or taken away. */
async function withLocks<T>(zypper: Zypper, patterns: readonly string[], work: () => Promise<T>): Promise<T> {
  if (patterns.length === 0) return work();
  const task = { command: 'addlock', names: patterns, repositories: [], environment: [] } as const;
  const report = emptyZypperReport();
  const { exitCode, stderr } = await callZypper(zypper, task, report, { network: false });
  if (exitCode !== 0) throw failureOf(zypper, { entries: [] }, report, stderr, exitCode);
  try {
    return await work();
  } finally {
    await rm(join(zypper.host.shared, 'locks'), { force: true });
  }
}

/** Throws what the lists ask for and the image's own database does not have, each with its line. */
async function checkArrived({ host }: Zypper, { entries }: ZypperRun): Promise<void> {
  const installed = await readInstalledNames(host);
  const problems = [];
  for (const entry of entries) {
    const name = zypperName(entry);
    const arrived = name.startsWith(patternWord)
      ? await hasPattern(host, name.slice(patternWord.length))
      : await hasArrived(host, installedName(name), installed);
    if (!arrived) problems.push(notArrived(entry, zypperLog));
  }
  throwProblems(problems);
}

/** A capability as the database spells its package: `a=1.0` is `a-1.0`, of `a>=1.0` only the name is looked for. */
function installedName(name: string): string {
  if (name.startsWith('/')) return name;
  const [, capability = name, relation, version = ''] = /^([^<>=!]*)([<>!]?=?)=?(.*)$/s.exec(name) ?? [];
  return relation === '=' ? `${capability.trimEnd()}-${version.trimStart()}` : capability.trimEnd();
}
