import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { lastLines } from '../../system/exec.ts';
import { temporaryDir } from '../../system/temp.ts';
import type { Build } from '../build-context.ts';
import { runInLayer } from '../../sandbox/sandbox.ts';
import { dracutArgv, dracutOutput, type DracutPart, type DracutTask } from './dracut-argv.ts';
import { quickLdd } from './quick-ldd.ts';

/** The drivers are made while the programs are: each has its own log. */
const logNames: Readonly<Record<DracutPart, string>> = {
  programs: 'dracut.log',
  drivers: 'dracut-drivers.log',
  whole: 'dracut.log',
};

/** Runs dracut inside a layer over the image and gives the path of the archive that it made. The tree stays as it is. */
export async function runDracut(
  build: Build,
  task: DracutTask,
  part: DracutPart,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const layer = await temporaryDir(build.temporary, `layer-${part}`);
  const shared = await temporaryDir(build.temporary, `dracut-${part}`);
  const logFile = build.logs.path(logNames[part]);
  const { exitCode, stdout, stderr } = await runInLayer(
    build.root,
    layer,
    dracutArgv(task, part),
    { shared, dracutModuleDir: build.context.dracutModuleDir },
    {
      env: { ...environment, ...(await quickLdd(build.plan.image.arch, shared)) },
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
