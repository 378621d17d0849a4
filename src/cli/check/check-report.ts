import type { Problem } from '../../base/errors.ts';
import type { OpenAdvisory } from '../../packages/advisory.ts';
import type { ShownKey } from '../../plan/public-key.ts';

/** Something that could not be looked at here, and why. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/** Something of the definition that rootimg does nothing with, and why. */
export interface NotUsed {
  readonly what: string;
  readonly why: string;
}

/** A public key that packages of the image may be signed with. */
export interface KeyFound extends ShownKey {
  readonly file: string;
}

/** All that a check of an image found; `rootimg check --json` prints it. */
export interface CheckReport {
  readonly schema: 1;
  readonly image: string;
  /** What genimage or packimage would stop at. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notChecked: readonly NotChecked[];
  readonly notUsed: readonly NotUsed[];
  readonly keys: readonly KeyFound[];
  /** Where they are asked for: those that packages of the image are too old for. */
  readonly advisories?: readonly OpenAdvisory[];
}

/** Collects what several checks find; the same finding of two of them counts once. */
export interface Findings {
  problems(found: readonly Problem[]): void;
  warnings(found: readonly Problem[]): void;
  notChecked(what: string, why: string): void;
  notUsed(found: readonly NotUsed[]): void;
  keys(found: readonly KeyFound[]): void;
  advisories(found: readonly OpenAdvisory[]): void;
  report(image: string): CheckReport;
}

export function collectFindings(): Findings {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const notChecked: NotChecked[] = [];
  const notUsed: NotUsed[] = [];
  const keys: KeyFound[] = [];
  let advisories: readonly OpenAdvisory[] | undefined;
  const add = (list: Problem[], found: readonly Problem[]): void => {
    for (const problem of found) if (!list.some((known) => saysTheSame(known, problem))) list.push(problem);
  };
  return {
    problems: (found) => add(problems, found),
    warnings: (found) => add(warnings, found),
    notChecked: (what, why) => void notChecked.push({ what, why }),
    notUsed: (found) => void notUsed.push(...found),
    keys: (found) => void keys.push(...found),
    advisories: (found) => void (advisories = found),
    report: (image) => ({
      ...{ schema: 1, image, problems, warnings, notChecked, notUsed, keys },
      ...(advisories && { advisories }),
    }),
  };
}

/** Definition and plan are checked apart: the later one knows less of where a name stands. */
function saysTheSame(known: Problem, later: Problem): boolean {
  if (known.code !== later.code) return false;
  if (known.code === 'pkglist-unset') return true;
  if (later.origin !== undefined) {
    return (
      known.message === later.message &&
      known.origin?.file === later.origin.file &&
      known.origin.line === later.origin.line
    );
  }
  return known.message === later.message || (quoted(later) !== undefined && quoted(later) === quoted(known));
}

function quoted({ message }: Problem): string | undefined {
  return /'(\/[^']*)'/.exec(message)?.[1];
}
