import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { RootimgError } from '../../base/errors.ts';
import type { XcatRunner } from '../../definition/xcat-store.ts';
import { xcatCallMark } from './xcat-call-mark.ts';

/** Runs the commands of the xCAT in `root`; never our own, whatever they are called or linked as. */
export function xcatRunner(root: string, env: Readonly<Record<string, string | undefined>>): XcatRunner {
  return async (command, words) => {
    const program = join(root, 'bin', command);
    await checkProgram(program, root);
    const { anyExitCode, run } = await import('../../system/exec.ts');
    // XCATHOST, XCATBYPASS and the like.
    const passed = Object.entries(env).filter(([name]) => name.startsWith('XCAT'));
    return run([program, ...words], {
      okCodes: anyExitCode,
      action: `ask xCAT (${command})`,
      env: {
        ...Object.fromEntries(passed.filter((pair): pair is [string, string] => pair[1] !== undefined)),
        XCATROOT: root,
        [xcatCallMark]: '1',
      },
    });
  };
}

async function checkProgram(program: string, root: string): Promise<void> {
  const path = await realpath(program).catch(() => undefined);
  if (path === undefined) {
    throw new RootimgError('xcat-missing', `There is no xCAT in ${root}: ${program} is missing.`, {
      hint: 'xcat.root in config.yaml names the folder of xCAT; store: files keeps definitions without one.',
    });
  }
  const text = await readTextFile(path, 'latin1').catch(() => '');
  // Our launchers, in a checkout and installed (bin/, tools/install-system/install-tree.ts).
  if (/dist\/main\.mjs|share\/rootimg\/bin\//.test(text)) throw ownCommand(program);
}

function ownCommand(program: string): RootimgError {
  return new RootimgError('xcat-is-ours', `${program} is rootimg's own command, not xCAT's.`, {
    hint: 'Set xcat.root in config.yaml to the folder of the live xCAT, or store: files.',
  });
}
