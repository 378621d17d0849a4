import { RootimgError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { lastLines } from '../../system/exec.ts';
import { type Apt, type AptTask, callInImage } from './apt-call.ts';

/** Gives the image the answers of these files to the questions of its packages (debconf-set-selections(1)). */
export async function setAnswers(apt: Apt, task: AptTask, files: readonly string[]): Promise<void> {
  for (const path of files) {
    const input = await readTextFile(path);
    const { exitCode, stderr, stdout } = await callInImage(apt, ['debconf-set-selections'], task, { input });
    if (exitCode === 0) continue;
    throw new RootimgError('debconf', `debconf does not take the answers of ${path}.`, {
      origin: { file: path },
      details: lastLines(`${stdout}\n${stderr}`),
    });
  }
}
