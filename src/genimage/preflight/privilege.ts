import { type Problem, RootimgError } from '../../base/errors.ts';
import { findTool, run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';

/** Root, and the right to make namespaces: packages own files, and every mount of the build is private. */
export async function checkPrivilege(): Promise<Problem[]> {
  const problems = checkRoot();
  return problems.length > 0 ? problems : checkNamespaces();
}

/** The first half of it, which costs nothing. */
export function checkRoot(): Problem[] {
  if (process.geteuid?.() === 0) return [];
  return [
    {
      code: 'not-root',
      message: 'genimage must run as root: packages set owners and make device nodes.',
      hint: '--dryrun works without root.',
    },
  ];
}

/** The second half, which is a trial. */
export async function checkNamespaces(): Promise<Problem[]> {
  if ((await findTool('unshare')) === undefined || (await findTool('setpriv')) === undefined) return [];
  try {
    await run(namespaceArgv(['true'], { network: false }));
    return [];
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    return [
      {
        code: 'no-namespaces',
        message: `This host does not let root make mount, PID and network namespaces: ${error.details.at(-1) ?? ''}`,
        hint: 'Inside a container, it must be a privileged one.',
      },
    ];
  }
}
