import { lstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import type { Kernel } from './kernel.ts';
import { runInRoot } from '../../sandbox/sandbox.ts';
import { insideTree } from '../../system/tree-path.ts';

/** Brings modules.dep up to date where a module came, changed or went after it was written (xCAT runs depmod before every initrd). */
export async function indexModules(build: Build, kernel: Kernel): Promise<void> {
  const folder = await insideTree(build.root, `lib/modules/${kernel.version}`);
  const index = await stat(join(folder, 'modules.dep')).catch(() => undefined);
  if (index !== undefined && !(await hasNewer(folder, Math.max(index.ctimeMs, build.tree.restored ?? 0))))
    return;
  await inStep(build, 'Index the kernel modules', () =>
    runInRoot(build.root, ['depmod', kernel.version], {}, { action: 'index the kernel modules' }),
  );
}

/** Whether a folder or a module below was changed after `time`. A folder changes with every name that comes or goes in it. */
async function hasNewer(folder: string, time: number): Promise<boolean> {
  const names = await readdir(folder, { recursive: true });
  return names.some((name) => {
    if (/^modules\./.test(name)) return false;
    // Thousands of them: one by one they are quicker without a promise each.
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return found !== undefined && found.ctimeMs > time;
  });
}
