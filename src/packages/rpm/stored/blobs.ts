import { berkeleyBlobs } from './berkeley-file.ts';
import { ndbBlobs } from './ndb-file.ts';
import { sqliteBlobs } from './sqlite-file.ts';

/**
 * The header of each package in the bytes of an rpm database, of whichever back end: SQLite (with its journal
 * of what is not yet in the file), NDB, Berkeley DB. Throws RangeError for what is none or makes no sense.
 */
export function storedHeaders(file: Buffer, journal: Buffer | undefined): Buffer[] {
  if (file.toString('latin1', 0, 16) === 'SQLite format 3\0') return sqliteBlobs(file, journal, 'Packages');
  if (file.toString('latin1', 0, 4) === 'RpmP') return ndbBlobs(file);
  return berkeleyBlobs(file);
}
