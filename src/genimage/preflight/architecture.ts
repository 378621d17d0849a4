import type { Problem } from '../../base/errors.ts';
import { shownLine } from '../../base/secrets.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { run } from '../../system/exec.ts';
import { normaliseArch } from '../../base/architecture.ts';
import type { BuildContext } from '../build-context.ts';

/** An image is built on a machine of its own architecture: its scriptlets and its dracut run there. */
export async function checkArchitecture(
  plan: { readonly image: Pick<BuildPlan['image'], 'name' | 'arch'> },
  context: Pick<BuildContext, 'dryRunLine'>,
): Promise<{ arch: string; problems: Problem[] }> {
  const { stdout } = await run(['uname', '-m'], { action: 'ask for the architecture of this host' });
  const arch = normaliseArch(stdout.trim());
  const { image } = plan;
  if (arch === normaliseArch(image.arch)) return { arch, problems: [] };
  const problem = {
    code: 'wrong-architecture',
    message: `The image ${image.name} is for ${image.arch}, but this host is ${arch}.`,
    hint: `Run this on a ${image.arch} node that sees the same folders:\n${shownLine(context.dryRunLine)}`,
  };
  return { arch, problems: [problem] };
}
