import { gunzipSync } from 'node:zlib';
import type { Tree } from '../../system/tree/open-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import type { FoundModule } from './read-modules.ts';

/** What a kernel and its own modules give to others. */
export interface KernelSymbols {
  /** CRCs by symbol, as far as they are known. */
  readonly crcs: ReadonlyMap<string, number>;
  /** All symbols that there are; undefined where nobody has the kernel's own. */
  readonly exported: ReadonlySet<string> | undefined;
}

const largest = 64 * 1024 * 1024;

/**
 * Gathers them from `Module.symvers` (`symvers.gz` of EL) and `System.map` where the image has these, and from
 * the modules that came with the kernel: what they were compiled against is what it has.
 */
export function kernelSymbols(tree: Tree, version: string, modules: readonly FoundModule[]): KernelSymbols {
  const crcs = new Map<string, number>();
  const own = modules.filter(({ isInTree }) => isInTree);
  for (const { info } of own) for (const [symbol, crc] of info?.versions ?? []) crcs.set(symbol, crc);
  for (const { info } of own) {
    for (const [symbol, crc] of info?.exports ?? []) if (crc !== undefined) crcs.set(symbol, crc);
  }
  const listed = readSymvers(tree, version);
  for (const [symbol, crc] of listed ?? []) crcs.set(symbol, crc);
  const kernel = listed === undefined ? readSystemMap(tree, version) : new Set(listed.keys());
  const exported =
    kernel && new Set([...kernel, ...own.flatMap(({ info }) => [...(info?.exports.keys() ?? [])])]);
  return { crcs, exported };
}

function readSymvers(tree: Tree, version: string): Map<string, number> | undefined {
  const places = [
    ...[
      `lib/modules/${version}/symvers.gz`,
      `boot/symvers-${version}.gz`,
      `lib/modules/${version}/Module.symvers`,
    ],
    ...[`lib/modules/${version}/build/Module.symvers`, `usr/src/kernels/${version}/Module.symvers`],
    `usr/src/linux-headers-${version}/Module.symvers`,
  ];
  for (const place of places) {
    const bytes = readInTree(tree, place, largest);
    if (bytes === undefined) continue;
    const text = textOf(bytes);
    if (text === undefined) continue;
    // Some architectures write a CRC of 32 bits with 16 digits.
    const lines = [...text.matchAll(/^0x([0-9a-f]{1,16})\t([^\t\n]+)\t/gm)];
    return new Map(lines.map(([, crc = '', symbol = '']) => [symbol, parseInt(crc.slice(-8), 16)]));
  }
  return undefined;
}

/** Undefined where it is damaged, or longer than any list is. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.toString('hex', 0, 2) !== '1f8b') return bytes.toString('latin1');
  try {
    return gunzipSync(bytes, { maxOutputLength: largest }).toString('latin1');
  } catch {
    return undefined;
  }
}

function readSystemMap(tree: Tree, version: string): Set<string> | undefined {
  const places = [`lib/modules/${version}/System.map`, `boot/System.map-${version}`];
  const bytes = places.map((place) => readInTree(tree, place, largest)).find((one) => one !== undefined);
  const text = bytes?.toString('latin1') ?? '';
  const found = new Set([...text.matchAll(/ __ksymtab_(\S+)$/gm)].map(([, symbol = '']) => symbol));
  // Debian's own is a stub that says where the real one is.
  return found.size === 0 ? undefined : found;
}
