import type { BootedNode } from '../../plan/booted-node.ts';
import { initrdName, kernelName } from '../../plan/generation.ts';
import { builtInitrd, type Manifest, type PackedRecord } from '../../plan/manifest.ts';

/** A pack that nodes may run or get. */
export interface KnownPack {
  /** As `rootimg diff` takes it: `compute`, `compute@3`. */
  readonly label: string;
  readonly manifest: Manifest;
  /** Where its packed root lies. */
  readonly folder: string;
}

/** What an image gives to the nodes that boot it now. */
export interface PublishedImage {
  readonly name: string;
  readonly rootimgdir: string;
  readonly published: KnownPack;
  /** Digests (hex) of kernel and initrd as they lie in rootimgdir; absent where there are none. */
  readonly kernel?: string;
  readonly initrd?: string;
  /** The sets that are kept, by their numbers. */
  readonly generations: ReadonlyMap<number, KnownPack>;
  /** Numbers of the sets that boot entries point at. */
  readonly entries: ReadonlySet<number>;
  /** What the definition adds to the kernel line. */
  readonly words: readonly string[];
}

/** What a node gets at its next boot. */
export interface NextBoot extends KnownPack {
  readonly kernel: string | undefined;
  /** Digest of the initrd's file. */
  readonly initrd: string | undefined;
}

/**
 * What a node gets whose line says `pinned`, the number of a set: that one as long as a boot entry points at
 * it, else the newest that one points at. All others get what is published.
 */
export function nextBootOf(image: PublishedImage, pinned: number | undefined): NextBoot {
  const newest = Math.max(...image.entries);
  const number = pinned === undefined || image.entries.has(pinned) ? pinned : newest;
  const kept = number === undefined ? undefined : image.generations.get(number);
  if (kept === undefined) return { ...image.published, kernel: image.kernel, initrd: image.initrd };
  const files = kept.manifest.pack?.bootFiles;
  return { ...kept, kernel: files?.[kernelName], initrd: files?.[initrdName] };
}

/** What the initrd of a set tells its nodes that it is; undefined where nobody knows. */
export function initrdIdOf(manifest: Manifest, initrd: string | undefined): string | undefined {
  return builtInitrd(manifest, initrd)?.id;
}

/** The pack that a node runs; undefined when it is not kept. */
export function findPack(
  { published, generations }: PublishedImage,
  node: BootedNode,
): KnownPack | undefined {
  return [...generations.values(), published].find(
    ({ manifest: { pack } }) => pack !== undefined && runsPack(node, pack),
  );
}

/** Whether a node runs this pack, by its uuid or the digest of its packed root. */
export function runsPack({ uuid, root }: BootedNode, pack: PackedRecord): boolean {
  return uuid === pack.uuid || root === pack.sha256;
}
