import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The outputs of the tools, one file each. */
export interface LogFolder {
  /** Path of one log at this moment; tools that write into it go on doing so when it is kept. */
  path(name: string): string;
  /** Moves the logs to their final place. Until then they are in `temporary`, and vanish with it. */
  keep(): void;
  /** The final folder, once kept. */
  readonly kept: string | undefined;
}

/**
 * Logs of a build: in `temporary` as long as nothing on disk has changed, from `keep` on in `final` (in the
 * same file system), where they replace those of the build before. Synchronous, because it happens between
 * two lines of a tool's output.
 */
export function openLogs(temporary: string, final: string): LogFolder {
  mkdirSync(temporary, { recursive: true });
  let kept: string | undefined;
  return {
    path: (name) => join(kept ?? temporary, name),
    keep: () => {
      if (kept !== undefined) return;
      mkdirSync(final, { recursive: true });
      for (const name of readdirSync(final)) if (name.endsWith('.log')) rmSync(join(final, name));
      for (const name of readdirSync(temporary)) renameSync(join(temporary, name), join(final, name));
      kept = final;
    },
    get kept() {
      return kept;
    },
  };
}
