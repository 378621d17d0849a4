import { readTreeFile } from '../../system/tree-file.ts';

/** What depmod wrote about one kernel version. */
export interface ModuleIndex {
  /** Module name → names of the modules it needs, in the order they are loaded. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** Names that are part of the kernel itself. */
  readonly builtin: ReadonlySet<string>;
}

const moduleSuffix = /\.ko(\.(xz|gz|zst))?$/;

/** Whether a file of this name is a kernel module. */
export function isModule(name: string): boolean {
  return moduleSuffix.test(name);
}

/**
 * `kernel/drivers/net/virtio-net.ko.xz` → `virtio_net`: as the kernel spells it, without folder and suffix.
 */
export function moduleName(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base.replace(moduleSuffix, '').replaceAll('-', '_');
}

/** Reads the texts of modules.dep and modules.builtin (kmod: modules.dep(5)). */
export function parseModuleIndex(dep: string, builtin: string): ModuleIndex {
  const dependencies = new Map<string, string[]>();
  for (const line of dep.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    // modules.dep names the deepest need last; loading goes the other way round.
    const needs = line
      .slice(colon + 1)
      .split(' ')
      .filter((path) => path !== '');
    dependencies.set(moduleName(line.slice(0, colon)), needs.map(moduleName).reverse());
  }
  const names = builtin.split('\n').filter((line) => line !== '');
  return { dependencies, builtin: new Set(names.map(moduleName)) };
}

/** Reads the index of a kernel in the image. */
export async function readModuleIndex(root: string, version: string): Promise<ModuleIndex> {
  const folder = `lib/modules/${version}`;
  const dep = await readTreeFile(root, `${folder}/modules.dep`);
  const builtin = await readTreeFile(root, `${folder}/modules.builtin`);
  return parseModuleIndex(dep ?? '', builtin ?? '');
}
