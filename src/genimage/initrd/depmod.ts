import { lstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { treeChanges, type Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import type { Kernel } from './kernel.ts';
import { runInRoot } from '../../sandbox/sandbox.ts';
import { readTreeFile } from '../../system/tree-file.ts';
import { insideTree } from '../../system/tree-path.ts';
import { isModule, moduleName, parseModuleIndex } from './module-index.ts';

/** Brings modules.dep up to date where it does not say what is there (xCAT runs depmod before every initrd, with --onlyinitrd too). */
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
 * Whether modules.dep is of what lies in the modules' folder: it knows every module, each that it names is there, and none, nor anything that
 * decides their order, was changed after it was written, or after `restored` (milliseconds since the epoch), when all came out of the cache.
 */
export async function isIndexed(root: string, version: string, restored = 0): Promise<boolean> {
  const folder = await insideTree(root, `lib/modules/${version}`);
  const index = await stat(join(folder, 'modules.dep')).catch(() => undefined);
  if (index === undefined) return false;
  const { dependencies } = parseModuleIndex(
    (await readTreeFile(root, `lib/modules/${version}/modules.dep`)) ?? '',
    '',
  );
  const written = Math.max(index.ctimeMs, restored);
  const modules = await findModules(root, `lib/modules/${version}`);
  const names = new Set(modules.map(({ name }) => name));
  if ([...dependencies.keys()].some((name) => !names.has(name))) return false;
  if (modules.some(({ name, changed }) => !dependencies.has(name) || changed > written)) return false;
  const others = [...kernelLists.map((name) => join(folder, name)), ...(await rules(root))];
  return others.every((path) => changeTime(path) <= written);
}

/** Milliseconds since the epoch; 0 where there is nothing. A link itself counts: what it says may lead out of the image. */
function changeTime(path: string): number {
  // Thousands of them: one by one they are quicker without a promise each.
  return lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}

/** depmod passes over the links to the sources of a kernel, which mostly lead out of the image. */
const sources = new Set(['build', 'source']);

interface FoundModule {
  /** As the kernel spells it. */
  readonly name: string;
  /** Milliseconds since the epoch: of the file, or of the link to it when that is newer. */
  readonly changed: number;
}

/** All modules below a folder of the image. Links are followed as depmod does, but never out of the image, and no folder twice. */
async function findModules(root: string, path: string, seen = new Set<string>()): Promise<FoundModule[]> {
  const folder = await insideTree(root, path);
  if (seen.has(folder)) return [];
  seen.add(folder);
  const found: FoundModule[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (sources.has(entry.name)) continue;
    const inner = `${path}/${entry.name}`;
    const file = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await findModules(root, inner, seen)));
    else if (entry.isSymbolicLink()) found.push(...(await linkedModules(root, inner, file, seen)));
    else if (isModule(entry.name)) found.push({ name: moduleName(entry.name), changed: changeTime(file) });
  }
  return found;
}

/** What a link means: a module of another kernel (weak-updates), or a folder of modules. */
async function linkedModules(
  root: string,
  path: string,
  link: string,
  seen: Set<string>,
): Promise<FoundModule[]> {
  const target = await insideTree(root, path).catch(() => undefined);
  const state = target === undefined ? undefined : lstatSync(target, { throwIfNoEntry: false });
  if (state?.isDirectory()) return findModules(root, path, seen);
  if (!state?.isFile() || !isModule(path)) return [];
  return [{ name: moduleName(path), changed: Math.max(changeTime(link), state.ctimeMs) }];
}

/** The folders of depmod's rules, which change when a rule comes or goes, and the rules. */
async function rules(root: string): Promise<string[]> {
  const found = ruleFolders.map(async (path) => {
    const folder = await insideTree(root, path);
    const names = await readdir(folder).catch(() => undefined);
    return names === undefined ? [] : [folder, ...names.map((name) => join(folder, name))];
  });
  return (await Promise.all(found)).flat();
}
