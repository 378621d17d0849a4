import type { Stats } from 'node:fs';
import { toBinary } from '../../base/bytes.ts';
import { treeChanges, type Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import type { Kernel } from './kernel.ts';
import { runInRoot } from '../../sandbox/sandbox.ts';
import { lookInTree, namesInTree, type Tree, withTree } from '../../system/tree/open-tree.ts';
import { findPlaceInTree } from '../../system/tree/place-in-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { isModule, moduleName, parseModuleIndex } from './module-index.ts';

/**
 * Brings modules.dep up to date where it does not say what is there (xCAT runs depmod before every initrd,
 * with --onlyinitrd too).
 */
export async function indexModules(build: Build, kernel: Kernel): Promise<void> {
  if (await isIndexed(build.root, kernel.version, build.tree.restored)) return;
  await inStep(build, 'Index the kernel modules', () => {
    treeChanges(build);
    return runInRoot(build.root, ['depmod', kernel.version], {}, { action: 'index the kernel modules' });
  });
}

/** What depmod reads besides the modules; relative to their folder. */
const kernelLists = ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'];

/** Where depmod's own rules lie (depmod.d(5)). */
const ruleFolders = ['etc/depmod.d', 'usr/local/lib/depmod.d', 'usr/lib/depmod.d', 'lib/depmod.d'];

/**
 * Whether modules.dep is of what lies in the modules' folder: it knows every module, each that it names is
 * there, and none, nor anything that decides their order, was changed after it was written, or after
 * `restored` (milliseconds since the epoch), when all came out of the cache.
 */
export async function isIndexed(root: string, version: string, restored = 0): Promise<boolean> {
  return withTree(toBinary(root), (tree) => isIndexedIn(tree, toBinary(version), restored));
}

function isIndexedIn(tree: Tree, version: string, restored: number): boolean {
  const folder = findPlaceInTree(tree, `lib/modules/${version}`) ?? '.';
  const index = lookInTree(tree, `${folder}/modules.dep`);
  if (index === undefined) return false;
  const text = readInTree(tree, `${folder}/modules.dep`)?.toString('latin1') ?? '';
  const { dependencies } = parseModuleIndex(text, '');
  const written = Math.max(index.ctimeMs, restored);
  const modules = findModules(tree, folder);
  const names = new Set(modules.map(({ name }) => name));
  if ([...dependencies.keys()].some((name) => !names.has(name))) return false;
  if (modules.some(({ name, changed }) => !dependencies.has(name) || changed > written)) return false;
  const others = [...kernelLists.map((name) => `${folder}/${name}`), ...rules(tree)];
  return others.every((path) => changeTime(tree, path) <= written);
}

/**
 * Milliseconds since the epoch; 0 where there is nothing. A link itself counts: what it says may lead out of
 * the image.
 */
function changeTime(tree: Tree, path: string): number {
  return lookInTree(tree, path)?.ctimeMs ?? 0;
}

/** depmod passes over the links to the sources of a kernel, which mostly lead out of the image. */
const sources = new Set(['build', 'source']);

interface FoundModule {
  /** As the kernel spells it. */
  readonly name: string;
  /** Milliseconds since the epoch: of the file, or of the link to it when that is newer. */
  readonly changed: number;
}

/**
 * All modules below a folder of the image. Links are followed as depmod does, but never out of the image, and
 * no folder twice.
 */
function findModules(tree: Tree, folder: string, seen = new Set<string>()): FoundModule[] {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const found: FoundModule[] = [];
  for (const name of namesInTree(tree, folder)) {
    if (sources.has(name)) continue;
    const inner = `${folder}/${name}`;
    const state = lookInTree(tree, inner);
    if (state?.isDirectory()) found.push(...findModules(tree, inner, seen));
    else if (state?.isSymbolicLink()) found.push(...linkedModules(tree, inner, state, seen));
    else if (state !== undefined && isModule(name))
      found.push({ name: moduleName(name), changed: state.ctimeMs });
  }
  return found;
}

/** What a link means: a module of another kernel (weak-updates), or a folder of modules. */
function linkedModules(tree: Tree, path: string, link: Stats, seen: Set<string>): FoundModule[] {
  const target = findPlaceInTree(tree, path);
  const state = target === undefined ? undefined : lookInTree(tree, target);
  if (target !== undefined && state?.isDirectory()) return findModules(tree, target, seen);
  if (!state?.isFile() || !isModule(path)) return [];
  return [{ name: moduleName(path), changed: Math.max(link.ctimeMs, state.ctimeMs) }];
}

/** The folders of depmod's rules, which change when a rule comes or goes, and the rules. */
function rules(tree: Tree): string[] {
  return ruleFolders.flatMap((path) => {
    const folder = findPlaceInTree(tree, path);
    if (folder === undefined || !lookInTree(tree, folder)?.isDirectory()) return [];
    return [folder, ...namesInTree(tree, folder).map((name) => `${folder}/${name}`)];
  });
}
