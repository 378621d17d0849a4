import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { runWithFd } from '../../src/system/exec.ts';
import { withScope } from '../../src/system/scope.ts';
import { sweepTemporary } from '../../src/system/temp.ts';

/** Works in a cache folder as root while nobody else does; waits for whoever is at it. `what` is made there. */
export async function alone<T>(
  base: string,
  what: string,
  reporter: Reporter,
  work: () => Promise<T>,
): Promise<T> {
  if (process.getuid?.() !== 0) {
    throw new RootimgError('needs-root', `Making ${what} needs root.`, {
      hint: 'Run it with sudo: the packages hold files of many owners.',
    });
  }
  await mkdir(base, { recursive: true });
  return withScope(async (scope) => {
    const fd = openSync(join(base, '.lock'), 'w');
    scope.defer(`the lock of ${what}`, () => closeSync(fd));
    if ((await runWithFd(['flock', '--exclusive', '--nonblock', '3'], fd, [0, 1])) === 1) {
      reporter.info(`Another process is making ${what}; waiting for it.`);
      await runWithFd(['flock', '--exclusive', '3'], fd);
    }
    await sweepTemporary(base);
    return work();
  });
}
