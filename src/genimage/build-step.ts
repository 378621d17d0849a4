import { inPhase, type Phase } from '../report/reporter.ts';
import { throwIfStopped } from '../system/signals.ts';
import type { Build } from './build-context.ts';
import { writeMark } from './build-mark.ts';

/**
 * Runs one step of a build as a phase of the report, times it for the manifest, and names it in the mark,
 * which tells the step of a build that never ended.
 */
export async function inStep<T>(
  build: Build,
  title: string,
  work: (phase: Phase) => Promise<T>,
  summary?: (result: T) => string,
): Promise<T> {
  if (build.tree.whole !== true) throwIfStopped();
  // The old tree stays whole while one is built beside it.
  if (build.tree.marked) await writeMark(build.folder, title, build.tree.whole);
  const started = performance.now();
  const result = await inPhase(build.reporter, title, work, summary);
  build.times[title] = Math.round(performance.now() - started);
  return result;
}
