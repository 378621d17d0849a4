import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { both } from '../../base/both.ts';
import type { PackageSite, Session } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { importKeys, takenKeys } from '../rpm/import-keys.ts';
import {
  askForDatabases,
  claimRpmDatabase,
  findDatabasePath,
  settleRpmDatabase,
} from '../rpm/rpm-database.ts';
import { writeRpmMacros } from '../rpm/rpm-macros.ts';
import type { Dialect } from './dialect.ts';
import { familyOf } from '../../family/families.ts';
import type { Dnf } from './dnf-call.ts';
import { configText, dnfTurns } from './dnf-choice.ts';
import { dnfLocking } from './dnf-lock.ts';
import { checkAvailable, resolveTask } from './dnf-names.ts';
import { recordOrigins } from './dnf-origins.ts';
import { runDnfWithUname } from './dnf-uname.ts';
import { checkArrived } from './requested-packages.ts';

/**
 * Makes dnf of either generation ready to work on a tree, and the tree's database ready for the host's rpm.
 */
export async function openDnf(site: PackageSite, dialect: Dialect): Promise<Session> {
  const databasePath = await findDatabasePath(site);
  const dnf = await prepareDnf(site, dialect, databasePath);
  await claimRpmDatabase(dnf.host, site, databasePath);
  let trusting: Promise<Dnf> | undefined;
  // Resolving alone looks at no key.
  const turnOf = dnfTurns(dnf, () => (trusting ??= withKeys(dnf)));
  return {
    checkNames: async (task) => {
      const { dnf: own, run } = await turnOf(task);
      return checkAvailable(own, run);
    },
    resolve: async (task) => {
      const { dnf: own, run } = await turnOf(task);
      return resolveTask(own, run);
    },
    apply: async (task, phase) => {
      const { dnf: own, run } = await turnOf(task, 'change');
      const failures = await runDnfWithUname(own, run, phase);
      if (run.command === 'install') await checkArrived(own, run);
      return failures;
    },
    settle: async () => {
      const [facts] = await both(askForDatabases(dnf.host), recordOrigins(dnf));
      await dialect.settleHistory(site);
      await settleRpmDatabase(dnf.host, site, databasePath, facts);
    },
    locking: dnfLocking(dnf, turnOf),
  };
}

/**
 * Writes the configuration of dnf and of rpm for this build. `databasePath` is where the image keeps its rpm
 * database.
 */
async function prepareDnf(site: PackageSite, dialect: Dialect, databasePath: string): Promise<Dnf> {
  const { plan, root, temporary } = site;
  const shared = join(temporary, 'dnf');
  const configFile = join(shared, 'dnf.conf');
  await mkdir(shared);
  const macros = await writeRpmMacros(temporary, databasePath);
  // Its addresses may hold passwords.
  await writeFile(configFile, configText(site, dialect), { mode: 0o600 });
  const { family, releasever } = plan.image;
  const platform = familyOf(family).filling?.modulePlatform(family, releasever);
  const session = {
    ...{ configFile, root, releasever, interactive: plan.request.interactive },
    ...(platform === undefined ? {} : { platform }),
  };
  return { site, dialect, session, host: { root, shared, macros } };
}

/** dnf with the keys that this host's rpm takes, where packages are checked. */
async function withKeys(dnf: Dnf): Promise<Dnf> {
  const { site, session, host } = dnf;
  const { plan } = site;
  const keys = await takenKeys(site, host.macros);
  const own = { ...dnf, site: { ...site, plan: { ...plan, keys } } };
  await importNamedKeys(own);
  if (keys === plan.keys) return own;
  const configFile = join(host.shared, 'dnf-keys.conf');
  await writeFile(configFile, configText(own.site, dnf.dialect), { mode: 0o600 });
  return { ...own, session: { ...session, configFile } };
}

/**
 * Packages named by their path belong to no repository: dnf checks them with the keys that the image's
 * database holds.
 */
async function importNamedKeys({ site, host }: Dnf): Promise<void> {
  const { passes, otherPasses, keys, request } = site.plan;
  const named = [...passes, ...otherPasses].some((pass) =>
    pass.install.some(({ name }) => isPackageFile(name)),
  );
  if (!named || request.nogpgcheck || keys.length === 0) return;
  site.treeChanges();
  await importKeys(host, keys, site.warn);
}
