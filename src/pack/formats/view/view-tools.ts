import { childEnvironment } from '../../../system/child-environment.ts';
import { programFiles } from '../../../system/program-files.ts';
import type { Tool } from '../format.ts';

/** What showing a selection as a folder needs. */
export const viewTools: readonly Tool[] = [
  { command: 'unshare', from: 'util-linux', why: 'keeps the mounts of the pack private' },
  { command: 'mount', from: 'util-linux (Debian: mount)', why: 'lays the changes of the pack over the tree' },
  { command: 'tar', from: 'tar', why: 'unpacks the changes of the pack' },
];

const asked = new Map<string, ReturnType<typeof programFiles>>();

/** The files of a program that works in a view (programFiles), asked for once and as early as may be. */
export function viewProgram(name: string): ReturnType<typeof programFiles> {
  const key = `${name} ${childEnvironment()['PATH']}`;
  const files = asked.get(key) ?? programFiles(name);
  asked.set(key, files);
  return files;
}
