import { resolve } from 'node:path';
import { urlBelow } from '../../base/url.ts';
import type { PackageEntry, PackagePass } from '../../plan/build-plan.ts';
import { listGap, splitCommaList } from '../comma-list.ts';
import { subFolder } from '../sub-folder.ts';
import type { Collector } from './collector.ts';
import { lookAt } from './local-folder.ts';
import { addFolder, componentsOf } from './pkgdir.ts';
import { addressOf, itemProblems, type PkgdirItem, readItem } from './pkgdir-item.ts';
import type { Target } from './target.ts';
import { isFolder } from '../../base/exists.ts';
import { isFlat } from './source-entry.ts';

interface Others {
  readonly value: string;
  readonly passes: readonly PackagePass[];
  readonly cwd: string;
}

/**
 * Adds the repositories that the entries of otherpkglist need: the items of otherpkgdir themselves for plain
 * names, for an entry `dir/sub/pkg` the folder `dir/sub` of each item.
 */
export async function addOthers(found: Collector, others: Others, target: Target): Promise<void> {
  const entries = others.passes.flatMap((pass) => pass.install);
  if (entries.length === 0) return;
  const { names, hasGap } = splitCommaList(others.value);
  if (hasGap) found.problems.push(listGap('otherpkgdir', others.value));
  const items = names.map(readItem);
  const wrong = items.flatMap((item) => itemProblems(item, 'otherpkgdir'));
  found.problems.push(...wrong);
  if (wrong.length > 0) return;
  if (entries.some((entry) => subFolder(entry) === '.')) {
    for (const item of items) await addWhole(found, item, others.cwd, target);
  }
  const seen = new Set(['.']);
  for (const entry of entries) {
    const sub = subFolder(entry);
    if (!seen.has(sub)) await addSub(found, items, sub, entry, others.cwd, target);
    seen.add(sub);
  }
}

/** An item for plain names. A URL without a suite is a flat repository. */
async function addWhole(found: Collector, item: PkgdirItem, cwd: string, target: Target): Promise<void> {
  const suite = item.suite ?? (item.isUrl ? './' : undefined);
  const path = resolve(cwd, item.place);
  if (suite !== undefined) {
    const url = item.isUrl ? item.place : addressOf(path);
    found.add({ url, from: 'otherpkgdir', sub: '', suite, components: componentsOf(item, suite, target) });
    return;
  }
  const held = await lookAt(path, target.architecture).catch(() => ({ kind: 'none' as const }));
  if (held.kind !== 'none') found.problems.push(...(await addFolder(found, path, 'otherpkgdir', target, '')));
  else
    found.warnings.push(
      `otherpkgdir ${path} has no packages (dists/, Packages or .deb files): packages without a folder in otherpkglist come from pkgdir.`,
    );
}

/** The folder `sub` of each item; items with a suite have none. */
async function addSub(
  found: Collector,
  items: readonly PkgdirItem[],
  sub: string,
  entry: PackageEntry,
  cwd: string,
  target: Target,
): Promise<void> {
  const wide = items.filter(({ suite }) => suite === undefined || isFlat(suite));
  const urls = wide.filter((item) => item.isUrl);
  for (const { place } of urls) {
    const url = urlBelow(place, sub);
    found.add({ url, from: 'otherpkgdir', sub, suite: './', components: [] });
  }
  const folders = wide.filter((item) => !item.isUrl).map(({ place }) => resolve(cwd, place, sub));
  let isThere = urls.length > 0;
  for (const folder of folders) {
    if (!(await isFolder(folder))) continue;
    const held = await lookAt(folder, target.architecture).catch(() => ({ kind: 'none' as const }));
    if (held.kind === 'none') continue;
    isThere = true;
    found.problems.push(...(await addFolder(found, folder, 'otherpkgdir', target, sub)));
  }
  if (isThere) return;
  const there =
    folders.length === 0 ? 'no item of otherpkgdir can have one' : `looked for ${folders.join(', ')}`;
  const { file, line } = entry.origin;
  found.problems.push({
    code: 'no-repository',
    message: `'${entry.name}' asks for a repository '${sub}' in otherpkgdir, and there is none: ${there}.`,
    origin: line === undefined ? { file } : { file, line },
    hint: "Put the .deb files there; 'package/suite' can be said in a pkglist only.",
  });
}
