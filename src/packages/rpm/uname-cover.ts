import type { ImageUname } from '../../sandbox/sandbox.ts';
import type { ScriptletFailure } from '../manager.ts';
import { ownerOf } from './installed-names.ts';
import type { RpmHost } from './rpm-macros.ts';

/** The parts of a run that putting `uname` over the image's own is made of. */
export interface UnameRun {
  /** Whether the run puts in, replaces or takes away the package `name`. */
  touches(name: string): Promise<boolean>;
  /** Brings the newest of the package `name` alone; absent where the run only takes away. */
  readonly renew: ((name: string) => Promise<readonly ScriptletFailure[]>) | undefined;
  run(uname: ImageUname | undefined): Promise<readonly ScriptletFailure[]>;
}

/**
 * Does `run` while `uname` of the image, also as /usr/bin/uname, answers with the image's kernel. rpm cannot
 * replace a file that is covered: where the run replaces the package that owns it, that package comes first,
 * in a run in which only scriptlets that look for `uname` in their PATH get the image's answer.
 */
export async function runWithUname(
  host: RpmHost,
  uname: ImageUname | undefined,
  { touches, renew, run }: UnameRun,
): Promise<ScriptletFailure[]> {
  const owner = uname === undefined ? undefined : await ownerOf(host, '/usr/bin/uname');
  if (uname === undefined || owner === undefined) return [...(await run(uname))];
  const failures: ScriptletFailure[] = [];
  let cover = !(await touches(owner));
  if (!cover && renew !== undefined) {
    failures.push(...(await renew(owner)));
    cover = !(await touches(owner));
  }
  return [...failures, ...(await run({ ...uname, cover }))];
}
