import type { Tool } from '../format.ts';

/** What showing a selection as a folder needs. */
export const viewTools: readonly Tool[] = [
  { command: 'unshare', from: 'util-linux', why: 'keeps the mounts of the pack private' },
  { command: 'mount', from: 'util-linux (Debian: mount)', why: 'lays the changes of the pack over the tree' },
  { command: 'tar', from: 'tar', why: 'unpacks the changes of the pack' },
];
