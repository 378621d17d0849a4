import type { Problem } from '../base/errors.ts';

/** set replaces (an empty value unsets), plus appends to the comma list, minus takes from it. */
export type ChangeMode = 'set' | 'plus' | 'minus';

export interface Change {
  readonly attributes: ReadonlyMap<string, string>;
  /**
   * How many of the wanted attributes could be applied; with the original's count one that stays as it was
   * counts too.
   */
  readonly applied: number;
  readonly problems: readonly Problem[];
}

/**
 * Applies the wanted values to the current ones. plus never repeats an element; minus of an element that is
 * not there is a problem and leaves this attribute as it was (xCAT: the other attributes and objects of the
 * command are still changed).
 */
export function applyChange(
  name: string,
  current: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  mode: ChangeMode,
): Change {
  const attributes = new Map(current);
  const problems: Problem[] = [];
  let applied = 0;
  for (const [attribute, value] of wanted) {
    const old = current.get(attribute) ?? '';
    const missing = mode === 'minus' ? missingElements(old, value) : [];
    if (missing.length > 0) {
      problems.push(notThere(name, attribute, old, missing));
      continue;
    }
    const changed = changedValue(old, value, mode);
    if (changed === '') attributes.delete(attribute);
    else attributes.set(attribute, changed);
    applied += 1;
  }
  return { attributes, applied, problems };
}

function changedValue(old: string, value: string, mode: ChangeMode): string {
  if (mode === 'set') return value;
  if (mode === 'minus') {
    const taken = new Set(elements(value));
    return elements(old)
      .filter((element) => !taken.has(element))
      .join(',');
  }
  if (old === '') return value;
  const list = elements(old);
  for (const element of elements(value)) if (!list.includes(element)) list.push(element);
  return list.join(',');
}

function missingElements(old: string, value: string): string[] {
  const there = elements(old);
  const missing = elements(value).filter((element) => !there.includes(element));
  return old === '' ? [value] : missing;
}

function notThere(name: string, attribute: string, old: string, missing: readonly string[]): Problem {
  const message =
    old === ''
      ? `${attribute} of '${name}' has no value, nothing can be taken from it.`
      : `${missing.join(', ')} is not in ${attribute} of '${name}', which is ${old}.`;
  return { code: 'not-in-list', message };
}

/** The elements of a comma list; empty places at its end are none. */
function elements(value: string): string[] {
  const list = value.split(',');
  while (list.at(-1) === '') list.pop();
  return list;
}
