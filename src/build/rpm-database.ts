import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { RunResult } from '../system/exec.ts';
import { type Build, warn } from './build-context.ts';
import { inStep } from './build-step.ts';
import type { Dnf } from './package-manager/dnf-call.ts';
import { hasRpm } from './rpm-query.ts';
import { anyExitCode, runInRoot, runOverRoot, sharedInside } from './sandbox.ts';
import { insideTree } from './tree-path.ts';

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
export async function settleRpmDatabase(build: Build, dnf: Dnf, writtenTo: string): Promise<void> {
  if (!(await hasRpm(build.root))) return;
  const image = await imageFacts(build);
  const host = await hostFacts(build, dnf);
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
  const source = await insideTree(build.root, from);
  const target = await insideTree(build.root, to);
  // Distributions that moved it keep a link at the old place.
  if (source === target) return;
  if (!existsSync(source)) throw new RootimgError('rpm-database', `There is no rpm database in ${source}.`);
  await rm(target, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await rename(source, target);
}

/** Lets the host's rpm write all headers out and the image's own take them in. False when that one is too old to do so (before 4.12). */
async function carryOver(build: Build, dnf: Dnf, from: string, to: string): Promise<boolean> {
  const name = 'headers';
  const save = ['sh', '-c', 'to=$1; shift; exec "$@" >"$to"', 'sh', join(dnf.shared, name)];
  const exported = [...save, 'rpmdb', '--root', build.root, '--exportdb'];
  const action = 'carry the rpm database over to the format of the image';
  await runOverRoot(build.root, exported, { rpmMacros: dnf.macros }, { action });
  const source = await insideTree(build.root, from);
  const kept = join(build.temporary, 'rpmdb');
  await rename(source, kept);
  const target = await insideTree(build.root, to);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const load = ['sh', '-c', 'exec rpmdb --importdb <"$1"', 'sh', `${sharedInside}/${name}`];
  const { exitCode } = await runInRoot(build.root, load, { shared: dnf.shared }, { okCodes: anyExitCode });
  if (exitCode === 0) return true;
  await rm(target, { recursive: true, force: true });
  await rename(kept, source);
  return false;
}
