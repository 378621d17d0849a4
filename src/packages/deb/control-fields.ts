import { RootimgError } from '../../base/errors.ts';
import { commandFailed } from '../../system/command-error.ts';
import { anyExitCode, run } from '../../system/exec.ts';

/**
 * What the control file of a .deb file says, as dpkg-deb of this host prints it; the fields that are named, or
 * all. Throws `package-compression` where this dpkg is older than the compression of the package.
 */
export async function controlFields(path: string, ...fields: readonly string[]): Promise<string> {
  const argv = ['dpkg-deb', '--field', path, ...fields];
  const action = `read the package ${path}`;
  const { exitCode, stdout, stderr } = await run(argv, { action, okCodes: anyExitCode });
  if (exitCode === 0) return stdout;
  const member = /uses unknown compression for member '(.+?)'/.exec(stderr)?.[1];
  if (member === undefined)
    throw commandFailed(argv, { action }, `ended with exit status ${exitCode}`, stderr);
  throw new RootimgError(
    'package-compression',
    `dpkg of this host cannot unpack ${path}: it has ${member}.`,
    {
      hint: 'Build on a host with a newer dpkg: that of Debian 12 and of Ubuntu 22.04 reads zstd.',
    },
  );
}
