import type { Problem } from '../base/errors.ts';
import { isMounted } from '../plan/image-words.ts';
import type { PackedRecord } from '../plan/manifest.ts';
import type { NodeReport } from './node-report.ts';

/** The file system that `/` must be on, by what was packed. */
function expectedRoot(pack: Parameters<typeof isMounted>[0]): string {
  return isMounted(pack) ? 'overlay' : 'tmpfs';
}

/** Everything in which the booted node is not as its image promises; empty when the boot succeeded. */
export function judge(
  report: NodeReport,
  pack: Pick<PackedRecord, 'method' | 'unpackedBytes' | 'uuid'>,
): Problem[] {
  const problems: Problem[] = [];
  const problem = (code: string, message: string, hint?: string) =>
    problems.push({ code, message, ...(hint === undefined ? {} : { hint }) });
  if (report.targetState !== 'active') {
    problem('boot-target', `${report.target} was not reached: it is ${report.targetState || 'unknown'}.`);
  }
  const root = expectedRoot(pack);
  if (report.rootType !== root)
    problem('boot-root', `/ is on ${report.rootType || 'nothing'}, expected ${root}.`);
  for (const unit of report.failedUnits) problem('boot-unit', `The unit ${unit} failed.`);
  if (report.uuid !== pack.uuid) {
    problem(
      'boot-uuid',
      `IMAGEUUID of the booted node is ${report.uuid || 'not set'}, but the image was packed as ${pack.uuid}.`,
      'Another image was booted, or its opt/xcat/xcatinfo is not in the packed root.',
    );
  }
  return problems;
}
