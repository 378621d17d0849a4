import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError, throwProblems } from '../errors.ts';
import { lastLines } from '../system/exec.ts';
import type { Build } from './build-context.ts';
import { inStep } from './build-step.ts';
import { hasSystemd } from './customise/systemd.ts';
import { dracutArgv } from './dracut-argv.ts';
import { chooseDrivers } from './drivers.ts';
import { chooseCompressor } from './initrd-compressor.ts';
import { checkInitrd, type InitrdContent, readInitrd } from './initrd-content.ts';
import type { Kernel } from './kernel.ts';
import { readModuleIndex } from './module-index.ts';
import { networkModules } from './network-modules.ts';
import { runInLayer } from './sandbox.ts';
import { treeHas } from './tree-file.ts';
import { insideTree } from './tree-path.ts';

export interface Initrd extends InitrdContent {
  /** Path on the host, in the temporary folder. */
  readonly file: string;
  readonly compressor: string;
  /** Default drivers that this kernel does not have. */
  readonly skipped: readonly string[];
}

/** Makes the initrd with one dracut run inside a layer over the image, and reads it back. The tree stays as it is. */
export async function makeInitrd(build: Build, kernel: Kernel): Promise<Initrd> {
  const { root, plan } = build;
  if (!(await treeHas(root, 'usr/bin/dracut')) && !(await treeHas(root, 'sbin/dracut'))) {
    throw new RootimgError('dracut-missing', `The image has no dracut to make its initrd with.`, {
      hint: 'Name dracut and dracut-network in pkglist.',
    });
  }
  const choice = chooseDrivers(plan.netdrivers, plan.image.arch, await readModuleIndex(root, kernel.version));
  throwProblems(choice.problems);
  const compressor = await chooseCompressor(root, kernel.version);
  const folder = join(build.temporary, 'initrd');
  const task = {
    kernelVersion: kernel.version,
    dracutModules: [...(await networkModules(root)), ...(await systemdModules(root))],
    drivers: choice.drivers,
    compressor: compressor.command,
  };
  const content = await inStep(build, 'Make the initrd', async () => {
    await mkdir(folder);
    await runDracut(build, folder, dracutArgv(task));
    const read = await readInitrd(build, folder, 'initrd', compressor);
    checkInitrd(read, choice);
    return read;
  });
  return { ...content, file: join(folder, 'initrd'), compressor: compressor.name, skipped: choice.skipped };
}

/** With systemd in the initrd dracut's own services must come too; where dracut or the image is older there are none. */
async function systemdModules(root: string): Promise<string[]> {
  const name = 'dracut-systemd';
  const modules = await readdir(await insideTree(root, 'usr/lib/dracut/modules.d')).catch(() => []);
  const found = modules.some((module) => module.replace(/^\d+/, '') === name);
  return found && (await hasSystemd(root)) ? [name] : [];
}

async function sumsKey({ plan }: Build): Promise<string> {
  const file = plan.files.find(({ role }) => role === 'sumskey');
  return file === undefined ? '' : readFile(file.path, 'utf8');
}

async function runDracut(build: Build, shared: string, argv: readonly string[]): Promise<void> {
  const layer = join(build.temporary, 'layer');
  await mkdir(layer);
  const logFile = build.logs.path('dracut.log');
  const { environment, request } = build.plan;
  // Our dracut module puts them into the initrd: the size of the root tmpfs, the key of signed digests.
  const env = {
    ...environment,
    ROOTIMG_ROOTLIMIT: request.rootlimit ?? '',
    ROOTIMG_SUMS_KEY: await sumsKey(build),
  };
  const { exitCode, stdout, stderr } = await runInLayer(
    build.root,
    layer,
    argv,
    { shared, dracutModuleDir: build.context.dracutModuleDir },
    { env, logFile, okCodes: [0, 1], action: 'make the initrd' },
  );
  if (exitCode === 0) return;
  throw new RootimgError('dracut-failed', `dracut ended with exit status ${exitCode}.`, {
    details: lastLines(`${stdout}\n${stderr}`, 15),
    ...(build.logs.kept === undefined ? {} : { hint: `The whole output is in ${logFile}.` }),
  });
}
