import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { anyExitCode, type RunResult } from '../../system/exec.ts';
import { both } from '../../base/both.ts';
import { type Build, treeChanges, warn } from '../../genimage/build-context.ts';
import { inStep } from '../../genimage/build-step.ts';
import type { Dnf } from '../dnf/dnf-call.ts';
import { hasRpm } from './rpm-query.ts';
import { runInRoot, runOverRoot, sharedInside } from '../../sandbox/sandbox.ts';
import { temporaryDir } from '../../system/temp.ts';
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

/** Where a release keeps its rpm database (Fedora 36, EL 10: moved below /usr); in an existing tree, where its own rpm looks. */
export async function findDatabasePath(build: Build): Promise<string> {
  if (!build.tree.isNew && (await hasRpm(build.root))) return (await imageFacts(build)).path;
  return defaultDatabasePath(build.plan);
}

export function defaultDatabasePath(plan: BuildPlan): string {
  const { family, releasever } = plan.image;
  return Number(releasever) >= (family === 'fedora' ? 36 : 10) ? sysimagePath : classicPath;
}

/**
 * Makes the database that the host's rpm wrote one that the image's own rpm reads: moved to where it looks, rebuilt where its version is
 * another (xCAT), carried over by export where its back end is another.
 */
export async function settleRpmDatabase(
  build: Build,
  dnf: Dnf,
  writtenTo: string,
  facts: DatabaseFacts | undefined,
): Promise<void> {
  if (facts === undefined) return;
  const { image, host } = facts;
  if (image.path === writtenTo && image.backend === host.backend && image.version === host.version) return;
  await inStep(build, 'Settle the rpm database', async () => {
    if (image.backend === host.backend) await moveDatabase(build, writtenTo, image.path);
    else if (!(await carryOver(build, dnf, writtenTo, image.path))) {
      const what = `The image's rpm ${image.version} cannot read the package database of this host's rpm ${host.version}`;
      warn(build, `${what}: rpm will know no packages on the node. Build on a host of the image's release.`);
      return;
    }
    if (image.version !== host.version) {
      await runInRoot(build.root, ['rpm', '--rebuilddb'], {}, { action: 'rebuild the rpm database' });
    }
  });
}

/** What the rpm of the image and that of the host say of themselves. */
export interface DatabaseFacts {
  readonly image: RpmFacts;
  readonly host: RpmFacts;
}

/** Asks both; undefined when the image has no rpm. */
export async function askForDatabases(build: Build, dnf: Dnf): Promise<DatabaseFacts | undefined> {
  if (!(await hasRpm(build.root))) return undefined;
  const [image, host] = await both(imageFacts(build), hostFacts(build, dnf));
  return { image, host };
}

const ask = ['sh', '-c', `rpm --version && rpm --eval '%{_dbpath}' && rpm --eval '%{?_db_backend}'`];

async function imageFacts(build: Build): Promise<RpmFacts> {
  return readFacts(await runInRoot(build.root, ask, {}, { action: "ask the image's rpm for its version" }));
}

async function hostFacts(build: Build, dnf: Dnf): Promise<RpmFacts> {
  return readFacts(await runOverRoot(build.root, ask, { rpmMacros: dnf.macros }, {}));
}

/** The words of three lines: `RPM version 4.18.0`, `/var/lib/rpm`, `sqlite`. */
function readFacts({ stdout }: RunResult): RpmFacts {
  const [version = '', path = '', backend = ''] = stdout.split('\n').map((line) => line.trim());
  return { version: version.replace(/^.* /, ''), path, backend };
}

async function moveDatabase(build: Build, from: string, to: string): Promise<void> {
  if (from === to) return;
  const { root } = build;
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

/** Lets the host's rpm write all headers out and the image's own take them in. False when that one is too old to do so (before 4.12). */
async function carryOver(build: Build, dnf: Dnf, from: string, to: string): Promise<boolean> {
  await runOverRoot(
    build.root,
    saveTo(join(dnf.shared, headers), 'rpmdb', '--root', build.root),
    { rpmMacros: dnf.macros },
    { action },
  );
  const load = loadFrom(`${sharedInside}/${headers}`, 'rpmdb');
  return replaceDatabase(build, from, to, () =>
    runInRoot(build.root, load, { shared: dnf.shared }, { okCodes: anyExitCode }),
  );
}

/**
 * Before an existing tree is updated: where its own rpm has another back end, its database becomes one that the host's rpm can write.
 * settleRpmDatabase carries it back in the end.
 */
export async function claimRpmDatabase(build: Build, dnf: Dnf, path: string): Promise<void> {
  const facts = build.tree.isNew ? undefined : await askForDatabases(build, dnf);
  if (facts === undefined || facts.image.backend === facts.host.backend) return;
  if (!(await treeHas(build.root, path))) return;
  await inStep(build, 'Take over the rpm database', async () => {
    treeChanges(build);
    await runInRoot(
      build.root,
      saveTo(`${sharedInside}/${headers}`, 'rpmdb'),
      { shared: dnf.shared },
      { action },
    );
    const load = loadFrom(join(dnf.shared, headers), 'rpmdb', '--root', build.root);
    const loaded = await replaceDatabase(build, path, path, () =>
      runOverRoot(build.root, load, { rpmMacros: dnf.macros }, { okCodes: anyExitCode }),
    );
    if (loaded) return;
    throw new RootimgError(
      'rpm-database',
      `This host's rpm cannot take over the package database of ${build.root}.`,
      {
        hint: 'Remove the tree, so that it is built anew, or build on a host of the release of the image.',
      },
    );
  });
}

const action = 'carry the rpm database over to another format';
const headers = 'headers';

function saveTo(file: string, ...rpmdb: string[]): string[] {
  return ['sh', '-c', 'to=$1; shift; exec "$@" >"$to"', 'sh', file, ...rpmdb, '--exportdb'];
}

function loadFrom(file: string, ...rpmdb: string[]): string[] {
  return ['sh', '-c', 'from=$1; shift; exec "$@" <"$from"', 'sh', file, ...rpmdb, '--importdb'];
}

/** Puts an empty folder at `to`, which `load` fills; the one at `from` comes back where that fails. */
async function replaceDatabase(
  build: Build,
  from: string,
  to: string,
  load: () => Promise<RunResult>,
): Promise<boolean> {
  const { root } = build;
  const source = join(root, await treePlace(root, from));
  const kept = await temporaryDir(build.treeTemporary, 'rpmdb');
  await rename(source, join(kept, 'old'));
  const target = await treePlace(root, to);
  await removeFromTree(root, target);
  await makeTreeFolder(root, target);
  const { exitCode } = await load();
  if (exitCode === 0) return true;
  await removeFromTree(root, target);
  await rename(join(kept, 'old'), source);
  return false;
}
