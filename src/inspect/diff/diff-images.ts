import { dirname, join } from 'node:path';
import type { ImageDiff } from '../../plan/image-diff.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { compareManifests } from './compare-manifests.ts';
import { compareTrees, type TreesDiff } from './compare-trees.ts';
import { losesRights, withUnpacked } from './unpack.ts';

/** One side of a comparison. */
export interface ComparedImage {
  /** As it was asked for: `compute`, `compute@3`, `old/manifest.json`. */
  readonly label: string;
  readonly manifest: Manifest;
  /** Its tree, where it has one. */
  readonly tree: string | undefined;
  /** Its packed root, where it is there. */
  readonly packed: string | undefined;
}

type Files = Pick<ImageDiff, 'files' | 'notCompared'> & Partial<Pick<TreesDiff, 'packages'>>;

/**
 * All in which two images differ, as far as it can be seen: their trees where both have one, else what was
 * packed, which root alone can unpack. Only reads, but for what it unpacks in the folder of temporary files.
 */
export async function diffImages(from: ComparedImage, to: ComparedImage): Promise<ImageDiff> {
  const said = compareManifests(from.manifest, to.manifest);
  const { files, packages, notCompared } = await compareContents(from, to);
  const found = {
    ...said,
    packages: packages ?? said.packages,
    ...(files && { files }),
    notCompared: [...said.notCompared, ...notCompared],
  };
  return { schema: 1, from: from.label, to: to.label, same: isSame(found), ...found };
}

function isSame({
  packages,
  kernel,
  initrd,
  packed,
  files,
}: Omit<ImageDiff, 'schema' | 'from' | 'to' | 'same'>): boolean {
  const isQuiet = packages.length === 0 && !kernel && !initrd && !packed;
  return isQuiet && Object.values(files ?? {}).every((list) => typeof list === 'string' || list.length === 0);
}

async function compareContents(from: ComparedImage, to: ComparedImage): Promise<Files> {
  if (from.tree !== undefined && to.tree !== undefined) {
    return asFiles('trees', await compareTrees(from.tree, to.tree));
  }
  const cannot = (why: string): Files => ({ notCompared: [{ what: 'files', why }] });
  const [before, after] = [from.packed, to.packed];
  if (before === undefined || after === undefined) {
    const { label } = before === undefined ? from : to;
    return cannot(`of ${label} there is no packed root`);
  }
  const digest = from.manifest.pack?.sha256;
  if (digest !== undefined && digest === to.manifest.pack?.sha256) return { notCompared: [] };
  if (process.getuid?.() !== 0) return cannot('only root can unpack what was packed');
  const layersOf = ({ manifest }: ComparedImage, packed: string) =>
    (manifest.pack?.layers ?? []).map(({ file }) => join(dirname(packed), file));
  const found = await withUnpacked(before, layersOf(from, before), (one) =>
    withUnpacked(after, layersOf(to, after), async (other) =>
      asFiles('packed roots', await compareTrees(one, other)),
    ),
  );
  const blind = [before, after].some(losesRights)
    ? [{ what: 'setuid bits and capabilities', why: 'fsck.erofs loses them when it unpacks' }]
    : [];
  return { ...found, notCompared: [...found.notCompared, ...blind] };
}

function asFiles(of: 'trees' | 'packed roots', { files, packages, notCompared }: TreesDiff): Files {
  return { files: { of, ...files }, ...(packages && { packages }), notCompared };
}
