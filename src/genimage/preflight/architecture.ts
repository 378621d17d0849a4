import type { Problem } from '../../base/errors.ts';
import { shownLine } from '../../base/secrets.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { run } from '../../system/exec.ts';
import { normaliseArch } from '../../base/architecture.ts';
import type { BuildContext } from '../build-context.ts';
import { checkEmulation, type Emulation } from './emulation/emulation.ts';

/** What is asked of a plan. */
interface Wanted {
  readonly image: Pick<BuildPlan['image'], 'name' | 'arch'>;
  readonly request: Pick<BuildPlan['request'], 'emulate'>;
}

/**
 * An image is built on a machine of its own architecture, as its scriptlets and its dracut run there; or with
 * --emulate where this host runs them all the same. `machine`: what `uname -m` says, where it is known.
 */
export async function checkArchitecture(
  { image, request }: Wanted,
  context: Pick<BuildContext, 'dryRunLine'>,
  machine?: string,
): Promise<{ arch: string; emulation?: Emulation; problems: Problem[] }> {
  const arch = normaliseArch(machine ?? (await askForMachine()));
  if (arch === normaliseArch(image.arch)) return { arch, problems: [] };
  if (request.emulate) return { arch, ...(await checkEmulation(image.arch)) };
  const problem = {
    code: 'wrong-architecture',
    message: `The image ${image.name} is for ${image.arch}, but this host is ${arch}.`,
    hint: `Run this on a node of ${image.arch} that sees the same folders:\n${shownLine(context.dryRunLine)}\nOr build it here in an emulator: genimage --emulate`,
  };
  return { arch, problems: [problem] };
}

async function askForMachine(): Promise<string> {
  const { stdout } = await run(['uname', '-m'], { action: 'ask for the architecture of this host' });
  return stdout.trim();
}
