import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Both ends of a pipe, as file descriptors. */
export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** Opens both ends of a named pipe: each end alone would wait for the other. */
export function openEnds(path: string): Pipe {
  const both = openSync(path, constants.O_RDWR);
  const ends = { readEnd: openSync(path, constants.O_RDONLY), writeEnd: openSync(path, constants.O_WRONLY) };
  closeSync(both);
  return ends;
}

/** Ends a read that waits, though others may yet write: it is given a byte, where there is room for one. */
export function wakeReader(readEnd: number): void {
  const fd = openSync(`/proc/self/fd/${readEnd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    writeSync(fd, '\0');
  } catch {
    // It is full: no read waits.
  } finally {
    closeSync(fd);
  }
}
