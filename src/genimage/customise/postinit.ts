import { join } from 'node:path';
import { readRegularFile } from '../../base/regular-file.ts';
import type { Build } from '../build-context.ts';
import { isMissing } from '../../system/tree/open-tree.ts';
import { linkInTree, writeTreeFile } from '../../system/tree-file.ts';
import { hasSystemd } from './systemd.ts';

const script = 'opt/xcat/xcatpostinit1';
const unit = 'xcatpostinit1.service';

/**
 * xCAT: what runs the postscripts on the booted node, taken from the management node's postscripts folder.
 */
export async function installPostinit(build: Build): Promise<void> {
  const { root, plan } = build;
  const content = await readPostscript(build, 'xcatpostinit1.netboot');
  if (content === undefined) return;
  await writeTreeFile(root, script, content, 0o755);
  if (!(await hasSystemd(root))) {
    await linkInTree(root, 'etc/init.d/xcatpostinit1', `/${script}`);
    await linkInTree(root, 'etc/rc3.d/S84xcatpostinit1', '../init.d/xcatpostinit1');
    return;
  }
  const service = await readPostscript(build, unit);
  if (service === undefined) return;
  await writeTreeFile(root, `etc/systemd/system/${unit}`, service, 0o644);
  await linkInTree(root, `etc/systemd/system/multi-user.target.wants/${unit}`, `../${unit}`);
  build.reporter.detail(`${unit} from ${plan.postscriptsDir} is enabled.`);
}

async function readPostscript(build: Build, name: string): Promise<Buffer | undefined> {
  const path = join(build.plan.postscriptsDir, name);
  try {
    return await readRegularFile(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    build.reporter.info(`Notice: ${path} does not exist; the node will not run postscripts.`);
    return undefined;
  }
}
