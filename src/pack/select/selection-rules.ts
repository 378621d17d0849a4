import type { ExcludeRule } from '../../plan/pack-plan.ts';
import { toBinary } from '../../base/bytes.ts';
import { type FolderScope, patternSet } from './pattern-set.ts';

/** Left out of every image (xCAT: what statelite leaves in a tree); only `+` takes it back in. */
export const alwaysLeftOut = [
  './.statelite*',
  './.default*',
  './.statebackup*',
  './etc/init.d/statelite',
  './etc/rc.sysinit.backup',
];

/** Which rules apply to what lies in a folder. */
export interface Scopes {
  readonly excluded: FolderScope;
  readonly included: FolderScope;
  readonly identity: FolderScope;
}

/**
 * `kept` by no rule or taken back in; left out by an exlist or always (`excluded`), or because it is a
 * machine's identity.
 */
export type Verdict = 'kept' | 'excluded' | 'identity';

export interface SelectionRules {
  /** The scopes of `.` itself. */
  readonly outside: Scopes;
  /** The scopes of what lies in a folder; `path` is `.` or begins with `./`. */
  enter(scopes: Scopes, path: string, name: string): Scopes;
  /** `ours` is true for what the pack itself puts there: identity rules do not concern it. */
  judge(scopes: Scopes, path: string, name: string, ours: boolean): Verdict;
  /** Rules that matched nothing, in the order of the exlists. */
  unmatched(): ExcludeRule[];
}

/**
 * Prepares an image's rules for one pass over its tree. `identity`: patterns of what a tree may have and an
 * image must not, such as host keys; binary. `+` rules win over everything, whatever the order (xCAT: they
 * are a second `find`).
 */
export function selectionRules(rules: readonly ExcludeRule[], identity: readonly string[]): SelectionRules {
  const excludeRules = rules.filter((rule) => rule.kind === 'exclude');
  const includeRules = rules.filter((rule) => rule.kind === 'include');
  const excluded = patternSet([...excludeRules.map((rule) => toBinary(rule.pattern)), ...alwaysLeftOut]);
  const included = patternSet(includeRules.map((rule) => toBinary(rule.pattern)));
  const identities = patternSet(identity);
  return {
    outside: { excluded: excluded.outside, included: included.outside, identity: identities.outside },
    enter: (scopes, path, name) => ({
      excluded: excluded.enter(scopes.excluded, path, name),
      included: included.enter(scopes.included, path, name),
      identity: identities.enter(scopes.identity, path, name),
    }),
    judge: (scopes, path, name, ours) => {
      const isOut = excluded.test(scopes.excluded, path, name);
      // Tested always: a `+` that has matched something not left out is no rule that matched nothing.
      const isIn = includeRules.length > 0 && included.test(scopes.included, path, name);
      if (isIn) return 'kept';
      if (isOut) return 'excluded';
      return !ours && identities.test(scopes.identity, path, name) ? 'identity' : 'kept';
    },
    unmatched: () => {
      const left = new Set([
        ...excluded.unmatched().map((index) => excludeRules[index]),
        ...included.unmatched().map((index) => includeRules[index]),
      ]);
      return rules.filter((rule) => left.has(rule));
    },
  };
}
