import { dirname, resolve } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { substituteVariables } from '../../resolve/directives.ts';
import type { PackagePass } from '../../plan/build-plan.ts';

/**
 * The entries of a pkglist or otherpkglist as xCAT reads them, a list for each pass, each sorted and once.
 * Its habits (xCAT 2.19): lines are joined with commas, and each part between commas is an entry, a directive
 * or a comment by what it begins with; blanks before a # make an entry of it, and an entry may hold blanks;
 * includes are relative to the folder of the top list; what cannot be read is nothing.
 */
export async function xcatPasses(
  value: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string[][]> {
  const passes: Set<string>[] = [];
  for (const name of (value ?? '').split(',').filter((one) => one !== '')) {
    let pass = 0;
    for (const entry of await entriesIn(resolve(name), dirname(resolve(name)), variables, [])) {
      if (entry === nextPass) pass += 1;
      else (passes[pass] ??= new Set()).add(entry);
    }
  }
  // A place that no list has filled is none.
  return Object.values(passes).map((pass) => [...pass].sort());
}

const nextPass = '#NEW_INSTALL_LIST#';

async function entriesIn(
  path: string,
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
  chain: readonly string[],
): Promise<string[]> {
  // xCAT never ends with such a list.
  if (chain.includes(path)) return [];
  const text = await readTextFile(path).catch(() => '');
  const entries: string[] = [];
  const parts = text.split('\n').flatMap((line) => line.trimEnd().split(','));
  for (const part of parts) {
    const included = /^#INCLUDE:([^#]+)#/.exec(part)?.[1];
    if (included !== undefined) {
      const below = resolve(folder, substituteVariables(included.trim(), variables));
      entries.push(...(await entriesIn(below, folder, variables, [...chain, path])));
    } else if (part.startsWith(nextPass)) entries.push(nextPass);
    else if (!part.startsWith('#')) entries.push(part.trim());
  }
  return entries.filter((entry) => entry !== '');
}

/** The same of our own reading: `-name` and `--name` are what a pass removes before and after it. */
export function ownPasses(passes: readonly PackagePass[]): string[][] {
  return passes.map(({ install, removeBefore, removeAfter }) => {
    const names = [
      ...install.map(({ name }) => name),
      ...removeBefore.map(({ name }) => `-${name}`),
      ...removeAfter.map(({ name }) => `--${name}`),
    ];
    return [...new Set(names)].sort();
  });
}

/** What only one of the two readings has, a line for each entry. */
export function compareLists(
  kind: string,
  xcat: readonly (readonly string[])[],
  here: readonly (readonly string[])[],
): string[] {
  const count = Math.max(xcat.length, here.length);
  return Array.from({ length: count }, (_, index) => {
    const [theirs, ours] = [xcat[index] ?? [], here[index] ?? []];
    const where = `${kind}, pass ${index + 1}`;
    return [
      ...theirs.filter((one) => !ours.includes(one)).map((one) => `${where}: only xCAT has '${one}'`),
      ...ours.filter((one) => !theirs.includes(one)).map((one) => `${where}: only rootimg has '${one}'`),
    ];
  }).flat();
}
