import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError, throwProblems } from '../../errors.ts';
import { lastLines } from '../../system/exec.ts';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { hasSystemd } from '../customise/systemd.ts';
import { dracutArgv } from './dracut-argv.ts';
import { chooseDrivers } from './drivers.ts';
import { chooseCompressor } from './initrd-compressor.ts';
import { checkInitrd, type InitrdContent, readInitrd } from './initrd-content.ts';
import { digestInitrdInputs, uncountedMembers } from './initrd-inputs.ts';
import { readLastInitrd, reuseInitrd } from './initrd-reuse.ts';
import type { Kernel } from './kernel.ts';
import { readModuleIndex } from './module-index.ts';
import { networkModules } from './network-modules.ts';
import { quickLdd } from './quick-ldd.ts';
import { runInLayer } from '../sandbox/sandbox.ts';
import { treeHas } from '../tree/tree-file.ts';
import { insideTree } from '../tree/tree-path.ts';

export interface Initrd extends InitrdContent {
  /** Path on the host, in the temporary folder. */
  readonly file: string;
  readonly compressor: string;
  /** Default drivers that this kernel does not have. */
  readonly skipped: readonly string[];
  /** See digestInitrdInputs. */
  readonly inputs: string;
  /** Its files that lie where nothing else counts for `inputs`. */
  readonly uncounted: readonly string[];
}

/**
 * Makes the initrd with one dracut run inside a layer over the image, and reads it back; where nothing that dracut reads has changed since
 * the last build, that one's initrd is taken, unless --onlyinitrd asks for a new one. The tree stays as it is. `updates` names the modules
 * of driverupdatesrc, which go in.
 */
export async function makeInitrd(build: Build, kernel: Kernel, updates: readonly string[]): Promise<Initrd> {
  const { root, plan } = build;
  if (!(await treeHas(root, 'usr/bin/dracut')) && !(await treeHas(root, 'sbin/dracut'))) {
    throw new RootimgError('dracut-missing', `The image has no dracut to make its initrd with.`, {
      hint: 'Name dracut and dracut-network in pkglist.',
    });
  }
  const index = await readModuleIndex(root, kernel.version);
  const choice = chooseDrivers(plan.netdrivers, plan.image.arch, index, updates);
  throwProblems(choice.problems);
  const compressor = await chooseCompressor(root, kernel.version);
  const folder = join(build.temporary, 'initrd');
  const task = {
    kernelVersion: kernel.version,
    dracutModules: [...(await networkModules(root)), ...(await systemdModules(root))],
    drivers: choice.drivers,
    compressor: compressor.command,
  };
  const argv = dracutArgv(task);
  const file = join(folder, 'initrd');
  const found = { file, compressor: compressor.name, skipped: choice.skipped };
  await mkdir(folder);
  const environment = await dracutEnvironment(build);
  const last = await readLastInitrd(build);
  const digestWith = (members: readonly string[]) =>
    digestInitrdInputs(
      root,
      { kernelVersion: kernel.version, argv, environment, dracutModuleDir: build.context.dracutModuleDir },
      members,
    );
  const inputs = digestWith(last?.uncounted ?? []);
  if (!plan.request.onlyinitrd && last !== undefined && (await reuseInitrd(build, last, inputs, file))) {
    build.reporter.info('Nothing that dracut reads has changed: the initrd of the last build is taken.');
    return {
      ...found,
      inputs,
      modules: last.modules,
      dracutModules: last.dracutModules ?? [],
      programs: last.programs ?? [],
      members: [],
      uncounted: last.uncounted ?? [],
    };
  }
  const content = await inStep(build, 'Make the initrd', async () => {
    await rm(file, { force: true });
    await runDracut(build, folder, argv, environment);
    const read = await readInitrd(build, folder, 'initrd', compressor);
    checkInitrd(read, choice);
    return read;
  });
  const uncounted = uncountedMembers(content.members, root);
  const same = uncounted.join() === (last?.uncounted ?? []).join();
  return { ...content, ...found, inputs: same ? inputs : digestWith(uncounted), uncounted };
}

/** With systemd in the initrd dracut's own services must come too; where dracut or the image is older there are none. */
async function systemdModules(root: string): Promise<string[]> {
  const name = 'dracut-systemd';
  const modules = await readdir(await insideTree(root, 'usr/lib/dracut/modules.d')).catch(() => []);
  const found = modules.some((module) => module.replace(/^\d+/, '') === name);
  return found && (await hasSystemd(root)) ? [name] : [];
}

/** What our dracut module puts into the initrd: the size of the root tmpfs, the key of signed digests. */
async function dracutEnvironment({ plan }: Build): Promise<Record<string, string>> {
  const file = plan.files.find(({ role }) => role === 'sumskey');
  return {
    ...plan.environment,
    ROOTIMG_ROOTLIMIT: plan.request.rootlimit ?? '',
    ROOTIMG_SUMS_KEY: file === undefined ? '' : await readFile(file.path, 'utf8'),
  };
}

async function runDracut(
  build: Build,
  shared: string,
  argv: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const layer = join(build.temporary, 'layer');
  await mkdir(layer);
  const logFile = build.logs.path('dracut.log');
  const { exitCode, stdout, stderr } = await runInLayer(
    build.root,
    layer,
    argv,
    { shared, dracutModuleDir: build.context.dracutModuleDir },
    {
      env: { ...env, ...(await quickLdd(build.plan.image.arch, shared)) },
      logFile,
      okCodes: [0, 1],
      action: 'make the initrd',
    },
  );
  if (exitCode === 0) return;
  throw new RootimgError('dracut-failed', `dracut ended with exit status ${exitCode}.`, {
    details: lastLines(`${stdout}\n${stderr}`, 15),
    ...(build.logs.kept === undefined ? {} : { hint: `The whole output is in ${logFile}.` }),
  });
}
