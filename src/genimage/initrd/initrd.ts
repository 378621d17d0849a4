import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError, throwProblems } from '../../base/errors.ts';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { dracutArgv, type DracutTask } from './dracut-argv.ts';
import { readDracutConfiguration, readDriverSettings, wantsOneRun } from './dracut-configuration.ts';
import { driversApart } from './drivers-apart.ts';
import { checkDracut } from './check-dracut.ts';
import { chooseDrivers } from './drivers.ts';
import { chooseCompressor } from './initrd-compressor.ts';
import { checkInitrd, type InitrdContent } from './initrd-content.ts';
import { digestInitrdInputs, type InitrdInputs, uncountedMembers } from './initrd-inputs.ts';
import { makeInitrdIn, type MadeInitrd, type Way } from './initrd-parts.ts';
import { copyLastInitrd, type InitrdRecord, lastUnreadable, readLastInitrd } from './initrd-reuse.ts';
import { type Kernel, kernelDigest } from './kernel.ts';
import { readModuleIndex } from './module-index.ts';
import { networkModules } from './network-modules.ts';
import { systemdModules } from './systemd-modules.ts';

export interface Initrd extends Omit<InitrdContent, 'members'> {
  /** Path on the host, in the temporary folder. */
  readonly file: string;
  readonly compressor: string;
  /** Default drivers that this kernel does not have. */
  readonly skipped: readonly string[];
  /** See digestInitrdInputs. */
  readonly inputs: string;
  /** See initrdId; absent in one of an earlier version. */
  readonly id?: string;
  /** What the next build must know to keep the drivers; absent when they cannot be told from the programs. */
  readonly drivers?: NonNullable<InitrdRecord['drivers']>;
  /** Its files that lie where nothing else counts for `inputs`. */
  readonly uncounted: readonly string[];
}

/**
 * Makes the initrd with dracut inside layers over the image, and reads it back. Where nothing that dracut
 * reads has changed since the last build, that one's initrd is taken, and where only the drivers are the
 * same, these; unless --onlyinitrd asks for a new one. The tree stays as it is. `updates` names the modules
 * of driverupdatesrc, which go in.
 */
export async function makeInitrd(build: Build, kernel: Kernel, updates: readonly string[]): Promise<Initrd> {
  const { root, plan } = build;
  await checkDracut(root);
  const index = await readModuleIndex(root, kernel.version);
  const choice = chooseDrivers(plan.netdrivers, plan.image, index, updates);
  throwProblems(choice.problems);
  const compressor = await chooseCompressor(root, kernel.version);
  const dracut: DracutTask = {
    kernelVersion: kernel.version,
    dracutModules: [...(await networkModules(root)), ...(await systemdModules(root))],
    drivers: choice.drivers,
  };
  const folder = join(build.temporary, 'initrd');
  await mkdir(folder);
  const file = join(folder, 'initrd');
  const environment = await dracutEnvironment(build);
  const configuration = await readDracutConfiguration(root);
  const driverSettings = await readDriverSettings(root);
  const inputs = once(() =>
    digestInitrdInputs(root, {
      kernelVersion: kernel.version,
      argv: [...dracutArgv(dracut, 'whole'), ...compressor.compress],
      environment,
      configuration,
      driverSettings,
      dracutModuleDir: build.context.dracutModuleDir,
    }),
  );
  const found = { file, compressor: compressor.name, skipped: choice.skipped };
  const last = await readLastInitrd(build);
  const lastInputs =
    last === undefined || plan.request.onlyinitrd ? undefined : inputs()(last.uncounted ?? []);
  const same = last !== undefined && lastInputs !== undefined && last.inputs === lastInputs.whole;
  if (same && (await copyLastInitrd(build, file))) {
    build.reporter.info('Nothing that dracut reads has changed: the initrd of the last build is taken.');
    const { modules, dracutModules = [], programs = [], abilities = [], uncounted = [], drivers } = last;
    const kept = { modules, dracutModules, programs, abilities, uncounted, ...(drivers && { drivers }) };
    return { ...found, ...kept, ...(last.id && { id: last.id }), inputs: lastInputs.whole };
  }
  const made = await inStep(build, 'Make the initrd', async () => {
    const task = {
      ...{ dracut, environment, compressor, file, kernel: await kernelDigest(root, kernel) },
      ...(last?.drivers && { last: last.drivers }),
    };
    for (const way of waysToMake(wantsOneRun(configuration), last, lastInputs)) {
      const made = await makeInitrdIn(way, build, task, inputs).catch((error: unknown) => {
        if (error instanceof RootimgError && error.code === lastUnreadable) return undefined;
        throw error;
      });
      if (made === undefined || !holds(way, made, last)) continue;
      checkInitrd(made.content, choice);
      return made;
    }
    throw new Error('one run of dracut makes any initrd');
  });
  return { ...found, ...recordOf(made, inputs(), root) };
}

function recordOf(
  { content, id, drivers }: MadeInitrd,
  inputs: (members: readonly string[]) => InitrdInputs,
  root: string,
): Omit<Initrd, 'file' | 'compressor' | 'skipped'> {
  const { members, ...named } = content;
  const uncounted = uncountedMembers(members, root);
  const digests = inputs(uncounted);
  return {
    ...named,
    id,
    uncounted,
    inputs: digests.whole,
    ...(drivers && { drivers: { ...drivers, inputs: digests.drivers } }),
  };
}

/** The ways to try, the quickest first; the last one always holds. */
function waysToMake(
  oneRun: boolean,
  last: InitrdRecord | undefined,
  inputs: InitrdInputs | undefined,
): Way[] {
  if (oneRun || !driversApart(last?.dracutModules ?? [])) return ['whole'];
  const kept = last?.drivers !== undefined && last.drivers.inputs === inputs?.drivers;
  return kept ? ['drivers-kept', 'apart', 'whole'] : ['apart', 'whole'];
}

/**
 * What dracut chose is known only when it has run: whether its modules are the same as before, or such that
 * drivers can be apart.
 */
function holds(way: Way, { content }: MadeInitrd, last: InitrdRecord | undefined): boolean {
  if (way === 'whole') return true;
  if (way === 'drivers-kept' && content.dracutModules.join() !== last?.dracutModules?.join()) return false;
  return driversApart(content.dracutModules);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * What our dracut module puts into the initrd: the size of the root tmpfs; with a key also the image that it
 * may have signed.
 */
async function dracutEnvironment({ plan }: Build): Promise<Record<string, string>> {
  const file = plan.files.find(({ role }) => role === 'sumskey');
  return {
    ...plan.environment,
    ROOTIMG_ROOTLIMIT: plan.request.rootlimit ?? '',
    ...(file === undefined
      ? {}
      : { ROOTIMG_SUMS_KEY: await readTextFile(file.path), ROOTIMG_IMAGE: plan.image.name }),
  };
}
