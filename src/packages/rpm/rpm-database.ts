import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { familyOf } from '../../family/families.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { anyExitCode, type RunResult } from '../../system/exec.ts';
import { carryAction, headersFile, loadFrom, replaceDatabase, saveTo } from './carry-headers.ts';
import { both } from '../../base/both.ts';
import type { PackageSite } from '../manager.ts';
import type { RpmHost } from './rpm-macros.ts';
import { hasRpm } from './rpm-query.ts';
import { runInRoot, runOverRoot, sharedInside } from '../../sandbox/sandbox.ts';
import { makeTreeFolder, removeFromTree, treeHas, treePlace } from '../../system/tree-file.ts';

const classicPath = '/var/lib/rpm';
const sysimagePath = '/usr/lib/sysimage/rpm';

/** What decides where and how a database is kept. */
interface RpmFacts {
  readonly version: string;
  readonly path: string;
  /** `sqlite`, `bdb`, `ndb`; empty for an rpm that has only one. */
  readonly backend: string;
}

/**
 * Where a release keeps its rpm database; in an existing tree, where its own rpm looks.
 */
export async function findDatabasePath({ root, isNew, plan }: PackageSite): Promise<string> {
  if (!isNew && (await hasRpm(root))) return (await imageFacts(root)).path;
  return defaultDatabasePath(plan);
}

export function defaultDatabasePath(plan: BuildPlan): string {
  const { family, releasever } = plan.image;
  const isBelowUsr = familyOf(family).filling?.databaseBelowUsr?.(family, releasever) === true;
  return isBelowUsr ? sysimagePath : classicPath;
}

/**
 * Makes the database that the host's rpm wrote one that the image's own rpm reads: moved to where it looks,
 * rebuilt where its version is another (xCAT), carried over by export where its back end is another.
 */
export async function settleRpmDatabase(
  host: RpmHost,
  site: PackageSite,
  writtenTo: string,
  facts: DatabaseFacts | undefined,
): Promise<void> {
  if (facts === undefined) return;
  const { image, host: own } = facts;
  if (image.path === writtenTo && image.backend === own.backend && image.version === own.version) return;
  await site.step('Settle the rpm database', async () => {
    if (image.backend === own.backend) await moveDatabase(host.root, writtenTo, image.path);
    else if (!(await carryOver(host, site.treeTemporary, writtenTo, image.path))) {
      const what = `The image's rpm ${image.version} cannot read the package database of this host's rpm ${own.version}`;
      site.warn(`${what}: rpm will know no packages on the node. Build on a host of the image's release.`);
      return;
    }
    if (image.version !== own.version) {
      await runInRoot(host.root, ['rpm', '--rebuilddb'], {}, { action: 'rebuild the rpm database' });
    }
  });
}

/** What the rpm of the image and that of the host say of themselves. */
export interface DatabaseFacts {
  readonly image: RpmFacts;
  readonly host: RpmFacts;
}

/** Asks both; undefined when the image has no rpm. */
export async function askForDatabases(host: RpmHost): Promise<DatabaseFacts | undefined> {
  if (!(await hasRpm(host.root))) return undefined;
  const [image, own] = await both(imageFacts(host.root), hostFacts(host));
  return { image, host: own };
}

const ask = ['sh', '-c', `rpm --version && rpm --eval '%{_dbpath}' && rpm --eval '%{?_db_backend}'`];

export async function imageFacts(root: string): Promise<RpmFacts> {
  return readFacts(await runInRoot(root, ask, {}, { action: "ask the image's rpm for its version" }));
}

async function hostFacts({ root, macros }: RpmHost): Promise<RpmFacts> {
  return readFacts(await runOverRoot(root, ask, { rpmMacros: macros }, {}));
}

/** The words of three lines: `RPM version 4.18.0`, `/var/lib/rpm`, `sqlite`. */
function readFacts({ stdout }: RunResult): RpmFacts {
  const [version = '', path = '', backend = ''] = stdout.split('\n').map((line) => line.trim());
  return { version: version.replace(/^.* /, ''), path, backend };
}

async function moveDatabase(root: string, from: string, to: string): Promise<void> {
  if (from === to) return;
  const source = await treePlace(root, from);
  const target = await treePlace(root, to);
  // Distributions that moved it keep a link at the old place.
  if (source === target) return;
  if (!(await treeHas(root, source)))
    throw new RootimgError('rpm-database', `There is no rpm database in ${join(root, source)}.`);
  await removeFromTree(root, target);
  await makeTreeFolder(root, dirname(target));
  await rename(join(root, source), join(root, target));
}

/**
 * Lets the host's rpm write all headers out and the image's own take them in. False when that one is too old
 * to do so (before 4.12).
 */
async function carryOver(host: RpmHost, temporary: string, from: string, to: string): Promise<boolean> {
  await runOverRoot(
    host.root,
    saveTo(join(host.shared, headersFile), 'rpmdb', '--root', host.root),
    { rpmMacros: host.macros },
    { action: carryAction },
  );
  const load = loadFrom(`${sharedInside}/${headersFile}`, 'rpmdb');
  return replaceDatabase(host.root, temporary, from, to, () =>
    runInRoot(host.root, load, { shared: host.shared }, { okCodes: anyExitCode }),
  );
}

/**
 * Before an existing tree is updated: where its own rpm has another back end, its database becomes one that
 * the host's rpm can write. settleRpmDatabase carries it back in the end.
 */
export async function claimRpmDatabase(host: RpmHost, site: PackageSite, path: string): Promise<void> {
  const facts = site.isNew ? undefined : await askForDatabases(host);
  if (facts === undefined || facts.image.backend === facts.host.backend) return;
  if (!(await treeHas(host.root, path))) return;
  await site.step('Take over the rpm database', async () => {
    site.treeChanges();
    await runInRoot(
      host.root,
      saveTo(`${sharedInside}/${headersFile}`, 'rpmdb'),
      { shared: host.shared },
      { action: carryAction },
    );
    const load = loadFrom(join(host.shared, headersFile), 'rpmdb', '--root', host.root);
    const loaded = await replaceDatabase(host.root, site.treeTemporary, path, path, () =>
      runOverRoot(host.root, load, { rpmMacros: host.macros }, { okCodes: anyExitCode }),
    );
    if (loaded) return;
    throw new RootimgError(
      'rpm-database',
      `This host's rpm cannot take over the package database of ${host.root}.`,
      {
        hint: 'Remove the tree, so that it is built anew, or build on a host of the release of the image.',
      },
    );
  });
}
