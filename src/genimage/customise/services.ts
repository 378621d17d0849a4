import { RootimgError } from '../../base/errors.ts';
import { familyOf } from '../../family/families.ts';
import { runInRoot } from '../../sandbox/sandbox.ts';
import { anyExitCode } from '../../system/exec.ts';
import { treeNames } from '../../system/tree-file.ts';
import type { Build } from '../build-context.ts';
import { hasSystemd, hasUnit } from './systemd.ts';

/** xCAT, for families whose packages leave it to the administrator: what nodes need is started at boot. */
export async function enableServices(build: Build): Promise<void> {
  const { root, plan } = build;
  const rows = familyOf(plan.image.family).filling?.services?.(plan.image.releasever) ?? [];
  if (rows.length === 0 || !(await hasSystemd(root))) return;
  for (const row of rows) {
    const there: string[] = [];
    for (const unit of row) if (await hasUnit(root, unit)) there.push(unit);
    const [first] = there;
    if (first === undefined || (await isAnyEnabled(root, there))) continue;
    const argv = ['systemctl', '--no-reload', 'enable', first];
    const { exitCode, stderr } = await runInRoot(root, argv, {}, { okCodes: anyExitCode });
    if (exitCode !== 0) {
      throw new RootimgError('service', `${first} cannot be enabled in the image: ${stderr.trim()}`);
    }
    build.reporter.detail(`${first} is enabled.`);
  }
}

/** A target wants one of them already: a script of its package, or the administrator in the tree, said so. */
export async function isAnyEnabled(root: string, units: readonly string[]): Promise<boolean> {
  const folders = (await treeNames(root, 'etc/systemd/system')).filter((name) => name.endsWith('.wants'));
  for (const folder of folders) {
    const wanted = await treeNames(root, `etc/systemd/system/${folder}`);
    if (units.some((unit) => wanted.includes(unit))) return true;
  }
  return false;
}
