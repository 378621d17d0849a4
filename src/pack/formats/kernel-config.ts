import { toBinary } from '../../base/bytes.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { folderInTree, readInTree } from '../../system/tree/tree-files.ts';
import type { Format } from './format.ts';

/** A configuration that a kernel of the image was built with. */
export interface KernelConfig {
  /** Inside the image. */
  readonly path: string;
  readonly text: string;
}

/** The configurations of a tree's kernels: that of `version`, else all of them, as any may boot. */
export function kernelConfigs(tree: Tree, version?: string): KernelConfig[] {
  const boot = folderInTree(tree, 'boot').filter((name) => name.startsWith('config-'));
  const modules = folderInTree(tree, 'lib/modules').map((name) => `lib/modules/${name}/config`);
  const paths = [...boot.map((name) => `boot/${name}`), ...modules];
  const own = paths.filter(
    (path) => path === `boot/config-${version}` || path === `lib/modules/${version}/config`,
  );
  return (own.length === 0 ? paths : own).flatMap((path) => {
    const text = readInTree(tree, toBinary(path))?.toString();
    return text === undefined ? [] : [{ path, text }];
  });
}

/** Is the option (`CONFIG_…`) built into this kernel or a module of it? */
export function hasOption({ text }: KernelConfig, option: string): boolean {
  return new RegExp(`^${option}=[ym]$`, 'm').test(text);
}

/** Says where a kernel of the image cannot read the file system with its compressor; nothing where nobody knows. */
export function unreadableByKernel(
  { name, kernelOption }: Pick<Format, 'name' | 'kernelOption'>,
  compressor: string,
  configs: readonly KernelConfig[],
  image: string,
): string[] {
  const option = kernelOption?.(compressor);
  const lacking = option === undefined ? [] : configs.filter((config) => !hasOption(config, option));
  return lacking.map(
    ({ path }) =>
      `The kernel of ${image} cannot read ${name} with ${compressor} (${path} has no ${option}): its nodes will not boot. Pack with another -c.`,
  );
}
