import { join, resolve } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { isFolder } from '../../base/exists.ts';
import type { Repository } from '../../plan/build-plan.ts';
import { listGap, splitCommaList } from '../comma-list.ts';
import { unreadable } from '../list-file.ts';
import type { Collector } from './collector.ts';
import { cutOff, isCutOff } from './cut-off.ts';
import { isFile, type LocalFolder, type LocalSuite, lookAt, packageFolders } from './local-folder.ts';
import { addressOf, grammar, itemProblems, type PkgdirItem, readItem } from './pkgdir-item.ts';
import { addSourcesFile } from './sources-item.ts';
import { isFlat } from './source-entry.ts';
import { suitesFor, type Target } from './target.ts';
import { debArchives } from '../../family/archives.ts';

export interface Pkgdir {
  readonly value: string;
  /** Whether a folder is what pkgdir is when nobody sets it: that one may be missing where a mirror is known. */
  readonly isUsual: (path: string) => boolean;
  readonly cwd: string;
}

/** What the items of pkgdir came to besides repositories. */
export interface PkgdirOutcome {
  /** What is wrong where no mirror is known: the usual folder is missing, a folder is of a live medium. */
  readonly empty: readonly Problem[];
}

/** Adds the repositories of each item of pkgdir. */
export async function addPkgdir(found: Collector, pkgdir: Pkgdir, target: Target): Promise<PkgdirOutcome> {
  const { names, hasGap } = splitCommaList(pkgdir.value);
  if (hasGap) found.problems.push(listGap('pkgdir', pkgdir.value));
  const empty: Problem[] = [];
  for (const [index, item] of names.map(readItem).entries()) {
    const wrong = itemProblems(item, 'pkgdir');
    found.problems.push(...wrong);
    if (wrong.length > 0) continue;
    if (item.isUrl) addUrlItem(found, item, index === firstUrl(names), target);
    else if (await isCutOff(item, names[index - 1], pkgdir.cwd))
      found.problems.push(cutOff(item, pkgdir.cwd));
    else empty.push(...(await addLocalItem(found, item, pkgdir, target)));
  }
  return { empty };
}

function firstUrl(names: readonly string[]): number {
  return names.findIndex((name) => readItem(name).isUrl);
}

function addUrlItem(found: Collector, item: PkgdirItem, isFirst: boolean, target: Target): void {
  const { suite, text } = item;
  if (suite === undefined) {
    const message = isFirst
      ? 'In pkgdir, the first http mirror path must includes http URL and distribute name.'
      : `'${text}' in pkgdir names no suite.`;
    const wanted = target.suite ?? 'SUITE';
    const hint =
      `Write the suite and its components behind the URL: ${text} ${wanted} main. ` +
      `${wanted}-updates and ${wanted}-security are items of their own.`;
    found.problems.push({ code: 'repository-suite', message, hint });
    return;
  }
  const components = componentsOf(item, suite, target);
  found.add({ url: item.place, from: 'pkgdir', suite, components });
}

/** Those that are written; else the distribution's for its own suites, and `main` for others. */
export function componentsOf({ components }: PkgdirItem, suite: string, target: Target): string[] {
  if (components.length > 0 || isFlat(suite)) return [...components];
  const isOwn = target.suite !== undefined && suitesFor(target.suite).includes(suite);
  return isOwn && target.archive !== undefined ? [...target.archive.components] : ['main'];
}

/** Gives the problems that are none where a mirror makes up: the usual folder is missing, or of a live medium. */
async function addLocalItem(
  found: Collector,
  item: PkgdirItem,
  { isUsual, cwd }: Pkgdir,
  target: Target,
): Promise<Problem[]> {
  const path = resolve(cwd, item.place);
  if (item.suite === undefined && (await isFile(path))) {
    await addSourcesFile(found, path, target);
    return [];
  }
  if (item.suite !== undefined) {
    if (await isFolder(path)) {
      const components = componentsOf(item, item.suite, target);
      found.add({ url: addressOf(path), from: 'pkgdir', suite: item.suite, components });
    } else found.problems.push(notThere(path, item.text));
    return [];
  }
  try {
    const problems = await addFolder(found, path, 'pkgdir', target);
    found.problems.push(...problems.filter(({ code }) => code !== liveMediumCode));
    return problems.filter(({ code }) => code === liveMediumCode);
  } catch (error) {
    const problem = {
      ...unreadable(path, 'pkgdir', undefined, error),
      hint: 'Copy the distribution there with copycds, name a mirror (URL SUITE COMPONENTS), or correct pkgdir.',
    };
    if (isUsual(path)) return [problem];
    found.problems.push(problem);
    return [];
  }
}

function notThere(path: string, text: string): Problem {
  const problem = { code: 'repository-item', message: `'${text}' in pkgdir: there is no folder ${path}.` };
  return { ...problem, hint: grammar };
}

/**
 * Adds the repositories at and below a folder. Gives the problem of one that has no packages for the image.
 * Rejects when it cannot be read.
 */
export async function addFolder(
  found: Collector,
  folder: string,
  from: Repository['from'],
  target: Target,
  sub?: string,
): Promise<Problem[]> {
  const folders = await packageFolders(folder, target.architecture);
  const problems: Problem[] = [];
  for (const path of folders) {
    const held = await lookAt(path, target.architecture);
    problems.push(...addHeld(found, path, held, from, target, sub));
  }
  if (folders.length === 0) problems.push(noPackages(folder, from));
  return problems;
}

function addHeld(
  found: Collector,
  path: string,
  held: LocalFolder,
  from: Repository['from'],
  target: Target,
  sub?: string,
): Problem[] {
  const common = { url: addressOf(path), from, ...(sub === undefined ? {} : { sub }) };
  if (held.kind === 'flat') found.add({ ...common, suite: './', components: [] });
  else if (held.kind === 'plain') found.add({ ...common, suite: './', components: [], plain: true });
  else if (held.kind === 'archive') {
    if (held.isLive) return [liveMedium(path)];
    const suites = fittingSuites(held.suites, target);
    if (suites.length === 0) return [noSuite(path, held.suites, target)];
    for (const { name, components } of suites)
      found.add({ ...common, suite: name, components: [...components] });
  }
  return [];
}

/**
 * The suites of a folder that are for the image: its own where they are there, else those that are of no
 * release that we know, such as the one of a site's own archive.
 */
function fittingSuites(suites: readonly LocalSuite[], { suite }: Target): readonly LocalSuite[] {
  if (suite === undefined) return suites;
  const own = suites.filter(({ name }) => suitesFor(suite).includes(name));
  if (own.length > 0) return own;
  const words = debArchives.flatMap((archive) => Object.values(archive.suites));
  return suites.filter(({ name }) => !words.includes(name.split('-')[0] ?? ''));
}

function noSuite(folder: string, suites: readonly LocalSuite[], target: Target): Problem {
  const { architecture, suite, osvers } = target;
  const code = 'no-repository';
  if (suites.length === 0) {
    return {
      code,
      message: `${folder} has no packages for ${architecture}: no Packages file in dists/*/*/binary-${architecture}.`,
      hint: 'A live medium has none. Copy a medium that has packages with copycds, or name a mirror in pkgdir.',
    };
  }
  const there = suites.map(({ name }) => name).join(', ');
  return {
    code,
    message: `${folder} holds ${there}, and ${osvers} needs ${suite ?? ''}.`,
    hint: `Copy the medium of ${osvers} there, or name the suite: ${folder} SUITE COMPONENTS.`,
  };
}

const liveMediumCode = 'live-medium';

function liveMedium(folder: string): Problem {
  return {
    code: liveMediumCode,
    message: `${folder} is the copy of a live medium, which lacks the packages of an image.`,
    hint: 'Name a mirror in pkgdir (URL SUITE COMPONENTS), or for all images in the site.',
  };
}

function noPackages(folder: string, from: string): Problem {
  return {
    code: 'no-repository',
    message: `There are no packages at or below ${from} ${folder}: neither dists/, Packages, nor a .deb file.`,
    hint: 'Copy the distribution there with copycds, or correct the folder.',
  };
}

/** The folder that the Release file of a local repository lies in. */
export function releaseFolder(folder: string, suite: string): string {
  return isFlat(suite) ? join(folder, suite) : join(folder, 'dists', suite);
}
