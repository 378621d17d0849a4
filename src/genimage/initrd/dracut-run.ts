import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { RootimgError } from '../../base/errors.ts';
import { lastLines } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import type { Build } from '../build-context.ts';
import { runInLayer } from '../../sandbox/sandbox.ts';
import {
  dracutArgv,
  dracutConfdir,
  dracutOutput,
  type DracutPart,
  type DracutTask,
  dracutVariables,
} from './dracut-argv.ts';
import { sitesConfdir } from './dracut-configuration.ts';
import { quickLdd } from './quick-ldd.ts';
import { treeNames } from '../../system/tree-file.ts';

/** The drivers are made while the programs are: each has its own log. */
const logNames: Readonly<Record<DracutPart, string>> = {
  programs: 'dracut.log',
  drivers: 'dracut-drivers.log',
  whole: 'dracut.log',
};

/**
 * Runs dracut inside a layer over the image and gives the path of the archive that it made. The tree stays as
 * it is.
 */
export async function runDracut(
  build: Build,
  task: DracutTask,
  part: DracutPart,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const layer = await temporaryDir(build.temporary, `layer-${part}`);
  const shared = await temporaryDir(build.temporary, `dracut-${part}`);
  await writeConfdir(build, join(shared, dracutConfdir));
  const logFile = build.logs.path(logNames[part]);
  const { exitCode, stdout, stderr } = await runInLayer(
    build.root,
    layer,
    dracutArgv(task, part),
    { shared, dracutModuleDir: build.context.dracutModuleDir },
    {
      env: {
        ...environment,
        ...dracutVariables(task, part),
        ...(await quickLdd(build.plan.image.arch, shared)),
      },
      logFile,
      okCodes: [0, 1],
      action: 'make the initrd',
    },
  );
  if (exitCode === 0) return join(shared, dracutOutput);
  throw new RootimgError('dracut-failed', `dracut ended with exit status ${exitCode}.`, {
    details: lastLines(`${stdout}\n${stderr}`, 15),
    ...(build.logs.kept === undefined ? {} : { hint: `The whole output is in ${logFile}.` }),
  });
}

/**
 * Comes behind all names of letters and digits, by bytes as well as in the order of versions (sort -V), in
 * which dracut reads them.
 */
const lastName = '}}rootimg.conf';

/**
 * Makes the folder that dracut reads instead of the image's etc/dracut.conf.d: links to the files there, and
 * what of ours has the last word. dracut adds the folder of the distribution by itself.
 */
async function writeConfdir(build: Build, folder: string): Promise<void> {
  await mkdir(folder);
  const names = await treeNames(build.root, sitesConfdir);
  for (const name of names.filter((name) => name.endsWith('.conf'))) {
    await symlink(`/${sitesConfdir}/${name}`, join(folder, name));
  }
  await copyWhole(join(build.context.dracutModuleDir, 'last.conf'), join(folder, lastName));
}
