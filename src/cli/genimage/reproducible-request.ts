import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';
import type { CommandIo } from '../io.ts';
import { sourceDateEpoch } from '../source-date-epoch.ts';

/**
 * The request of a build that is to be the same bytes each time (`wanted`, or SOURCE_DATE_EPOCH is set): with
 * its time, which is SOURCE_DATE_EPOCH or that of the lock, and a tree of its own, because what an older one
 * holds would stay. Throws `no-build-time` where neither tells one.
 */
export async function reproducibleRequest(
  io: CommandIo,
  request: BuildRequest,
  wanted: boolean,
): Promise<BuildRequest> {
  const given = sourceDateEpoch(io);
  if (!wanted && given === undefined) return request;
  const epoch = given ?? (await timeOfLock(request.locked, io.cwd));
  // What is wrong with a lock is told with all else that is wrong.
  if (epoch === undefined && request.locked !== undefined) return request;
  if (epoch === undefined) {
    throw new RootimgError('no-build-time', '--reproducible needs a time that the image is to have.', {
      hint: 'Give --locked, whose lock has one, or set SOURCE_DATE_EPOCH to seconds since 1970.',
    });
  }
  return { ...request, sourceDateEpoch: String(epoch), fresh: !request.onlyinitrd };
}

async function timeOfLock(file: string | undefined, cwd: string): Promise<number | undefined> {
  const { readLockFile } = await import('../../resolve/lock-file.ts');
  return (await readLockFile(file, cwd)).lock?.epoch;
}
