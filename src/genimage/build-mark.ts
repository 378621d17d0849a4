import { rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from '../base/regular-file.ts';
import { writeFile } from '../base/write-file.ts';
import { flushFile } from '../base/flush.ts';
import { type BuildMark, buildMarkName, buildMarkSchema } from '../plan/manifest.ts';
import { orRemove, temporaryPath } from '../system/temp.ts';
import { isMissing } from '../system/tree/open-tree.ts';

/**
 * Says in rootimgdir that a build works on the tree or the boot files from here on. It is on the disk before
 * anything of them changes.
 */
export async function setMark(folder: string, step: string, whole = false): Promise<void> {
  await writeMark(folder, step, whole);
  await flushFile(join(folder, buildMarkName));
  await flushFile(folder);
}

/**
 * Names another step in the mark; `whole`: see buildMarkSchema. Not flushed: whichever step the disk has, a
 * mark is a mark.
 */
export async function writeMark(folder: string, step: string, whole = false): Promise<void> {
  const since = new Date().toISOString();
  const mark: BuildMark = { step, since, host: hostname(), pid: process.pid, ...(whole && { whole }) };
  const temporary = temporaryPath(folder, 'mark');
  await orRemove(temporary, async () => {
    await writeFile(temporary, `${JSON.stringify(mark)}\n`);
    await rename(temporary, join(folder, buildMarkName));
  });
}

/** The mark of a build that never ended, or undefined. One that cannot be understood is still a mark. */
export async function readMark(folder: string): Promise<BuildMark | undefined> {
  let text: string;
  try {
    text = await readTextFile(join(folder, buildMarkName));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return buildMarkSchema.parse(JSON.parse(text));
  } catch {
    return { step: 'unknown', since: 'unknown', host: 'unknown', pid: 0 };
  }
}

/** The tree is whole, or gone, and the disk has all that makes it so, but for the names in the folder. */
export async function removeMark(folder: string): Promise<void> {
  await flushFile(folder);
  await rm(join(folder, buildMarkName), { force: true });
  await flushFile(folder);
}
