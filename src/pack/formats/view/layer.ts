import { type MemberTable, memberTable } from '../../members/member-table.ts';
import { fileType, isFolder } from '../../members/mode.ts';
import type { Selection } from '../../select/select.ts';
import { isOutside, type TimeRange } from '../times.ts';
import { type UntouchedFolder, untouchedFolders } from './untouched.ts';
import { refuseWhiteout, whiteoutAt } from '../../members/whiteout.ts';
import type { XattrIndex } from '../../members/xattrs.ts';

/**
 * What overlayfs, laid over the tree, turns into the image: overrides, folders they lie in, and marks for
 * what is hidden.
 */
export interface Layer {
  readonly members: MemberTable;
  /** Places of folders whose content in the tree does not show. */
  readonly opaque: ReadonlySet<number>;
  /** Large folders of the tree that are in the image as they are. */
  readonly untouched: readonly UntouchedFolder[];
}

/**
 * Builds the layer for a selection, with no other times than the format can say. Throws `tree-whiteout` when
 * the tree itself has what overlayfs takes for such a mark.
 */
export function buildLayer(selection: Selection, times: TimeRange): Layer {
  const source = selection.members;
  const foreign = new Set(selection.foreign);
  const other = new Set(otherTimes(source, times));
  const folders = neededFolders(selection, other);
  const ours = new Set(source.overridden());
  const members = memberTable();
  const opaque = new Set<number>();
  for (let index = 0; index < source.length; index++) {
    const mode = source.modeAt(index);
    if (!ours.has(index) && (mode & fileType.mask) === fileType.character) refuseWhiteout(source.at(index));
    const isNeeded =
      ours.has(index) || other.has(index) || (isFolder(mode) && folders.has(source.pathAt(index)));
    if (!isNeeded) continue;
    const { path, ...values } = source.at(index);
    if (foreign.has(path) || values.override?.opaque) opaque.add(members.length);
    members.addAt(path, values);
  }
  for (const path of selection.hidden) members.addAt(path, whiteoutAt(path));
  return {
    members,
    opaque,
    untouched: untouchedFolders(
      source,
      (index, path) => folders.has(path) || ours.has(index) || other.has(index),
    ),
  };
}

/** The attributes of the layer's members: those of the tree, and overlayfs' own for what hides. */
export function layerXattrs(layer: Pick<Layer, 'opaque'>, xattrs: XattrIndex): XattrIndex {
  return {
    at: (index) =>
      layer.opaque.has(index)
        ? [...xattrs.at(index), { name: 'trusted.overlay.opaque', value: 'y' }]
        : xattrs.at(index),
  };
}

/** Places of members with a time that the format cannot say: they are in the layer with another one. */
function* otherTimes(members: MemberTable, times: TimeRange): Generator<number> {
  for (let index = 0; index < members.length; index++) {
    if (isOutside(members.timeAt(index), times)) yield index;
  }
}

/** All folders that something of the layer lies in, and those that it makes opaque; the root always. */
function neededFolders(selection: Selection, others: Iterable<number>): Set<string> {
  const folders = new Set(['.']);
  const addParents = (path: string) => {
    for (let cut = path.lastIndexOf('/'); cut !== -1; cut = path.lastIndexOf('/', cut - 1)) {
      const folder = path.slice(0, cut);
      if (folders.has(folder)) return;
      folders.add(folder);
    }
  };
  for (const index of selection.members.overridden()) addParents(selection.members.pathAt(index));
  for (const index of others) addParents(selection.members.pathAt(index));
  for (const path of selection.hidden) addParents(path);
  for (const path of selection.foreign) {
    folders.add(path);
    addParents(path);
  }
  return folders;
}
