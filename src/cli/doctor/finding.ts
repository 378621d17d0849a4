import type { HostTool } from '../../base/host-tool.ts';
import { findTool } from '../../system/exec.ts';

/** One thing that a host can do or cannot, or that is wrong with it. */
export interface Finding {
  readonly topic: 'build' | 'emulate' | 'pack' | 'boot' | 'serve' | 'host';
  /** What it is about, such as `rhel, rocky` or `squashfs`. */
  readonly what: string;
  /** `wrong`: nobody gets on with this host until it is mended. */
  readonly state: 'yes' | 'no' | 'wrong';
  /** Why, or how well. */
  readonly note?: string;
  /** Programs that would have to be installed. */
  readonly missing?: readonly HostTool[];
}

/** `yes` where all programs are there, else what is missing. */
export async function judge(
  topic: Finding['topic'],
  what: string,
  tools: readonly HostTool[],
  find: (command: string) => Promise<string | undefined> = findTool,
): Promise<Finding> {
  const found = await Promise.all(tools.map(({ command }) => find(command)));
  const missing = tools.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return { topic, what, state: 'yes' };
  const note = `${missing.map(({ command }) => command).join(', ')} not installed`;
  return { topic, what, state: 'no', note, missing };
}
