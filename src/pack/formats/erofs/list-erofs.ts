import { closeSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isFolder } from '../../members/mode.ts';
import type { ReadMember } from '../format.ts';
import { readErofs } from './read-erofs.ts';

/** So many members are looked at before others get their turn. */
const membersPerTurn = 50;

/**
 * Calls for each inode of an erofs file. A folder's size is not that of the tree's. Throws RangeError when it
 * is damaged.
 */
export async function listErofs(file: string, onMember: (member: ReadMember) => void): Promise<void> {
  const fd = openSync(file, 'r');
  try {
    let place = 0;
    for (const found of readErofs(fd)) {
      onMember(isFolder(found.mode) ? { ...found, size: undefined } : found);
      place += 1;
      if (place % membersPerTurn === 0) await setImmediate();
    }
  } finally {
    closeSync(fd);
  }
}
