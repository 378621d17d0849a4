import { RootimgError } from '../../src/base/errors.ts';
import { run } from '../../src/system/exec.ts';

/** What the names of one architecture are in Debian, in EL, and in Debian's kernel packages. */
export interface Machine {
  readonly debian: string;
  readonly rpm: string;
  readonly kernelPackage: string;
}

const machines: readonly Machine[] = [
  { debian: 'amd64', rpm: 'x86_64', kernelPackage: 'linux-image-cloud-amd64' },
  { debian: 'arm64', rpm: 'aarch64', kernelPackage: 'linux-image-cloud-arm64' },
  { debian: 'ppc64el', rpm: 'ppc64le', kernelPackage: 'linux-image-powerpc64le' },
];

/** The names for the machine we run on. */
export async function thisMachine(): Promise<Machine> {
  const { stdout } = await run(['dpkg', '--print-architecture'], { action: 'ask for the architecture' });
  const found = machines.find((machine) => machine.debian === stdout.trim());
  if (found === undefined) {
    throw new RootimgError('sample-repo-arch', `No sample repository can be made on ${stdout.trim()}.`, {
      hint: `It is made on ${machines.map((machine) => machine.debian).join(', ')}.`,
    });
  }
  return found;
}
