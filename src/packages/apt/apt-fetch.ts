import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import type { RunResult } from '../../system/exec.ts';
import type { Phase } from '../../report/reporter.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import { type Apt, type AptTask, callHostApt, callInImage, commandWords, imageAptArgv } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { throwMissing } from './apt-missing.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';

/** A package to be fetched. */
export interface Delivery {
  readonly url: string;
  readonly name: string;
  /** Such as `SHA256:…`; empty where the repository has none. */
  readonly hash: string;
}

/** What the image's apt needs for a task. */
export async function askImage(apt: Apt, task: AptTask): Promise<Delivery[]> {
  const argv = imageAptArgv(task, ['--yes', '--quiet', '--print-uris']);
  return askFor(apt, task, (onLine) => callInImage(apt, argv, task, { onLine }));
}

/**
 * What a tree that has nothing yet needs: apt takes itself for essential, so that to bring an empty system up
 * to date is to install the essential packages and apt.
 */
export async function askForBase(apt: Apt, task: AptTask): Promise<Delivery[]> {
  const argv = ['apt-get', '--yes', '--quiet', '--print-uris', 'dist-upgrade'];
  return askFor(apt, task, (onLine) => callHostApt(apt, argv, task, onLine));
}

/** What a task needs on the status that it names, and the names of what it takes away, asked of the host's apt. */
export async function askHostFor(
  apt: Apt,
  task: AptTask,
): Promise<{ readonly deliveries: Delivery[]; readonly removes: string[] }> {
  const words = task.words.map((word) => hostWord(apt, word));
  const argv = ['apt-get', '--yes', '--quiet', '--print-uris', ...commandWords({ ...task, words })];
  const output = await answer(apt, task, (onLine) => callHostApt(apt, argv, task, onLine));
  return { deliveries: readUris(output), removes: readRemoved(output) };
}

/** A word of a task as the host's apt takes it: files lie elsewhere for the host. */
export function hostWord({ folder }: Apt, word: string): string {
  return word.startsWith(`${sharedInside}/`) ? `${folder}${word.slice(sharedInside.length)}` : word;
}

type Ask = (onLine: (line: string) => void) => Promise<RunResult>;

async function askFor(apt: Apt, task: AptTask, ask: Ask): Promise<Delivery[]> {
  return readUris(await answer(apt, task, ask));
}

async function answer(apt: Apt, task: AptTask, ask: Ask): Promise<string> {
  const report = emptyAptReport();
  const asked = await ask((line) => void readAptLine(line, report));
  await throwMissing(apt, task, report);
  if (asked.exitCode !== 0) throwAptError(apt, task, report, asked);
  return asked.stdout;
}

/** Lets the host's apt, which has certificates, proxies and local folders, bring packages into our folder. */
export async function fetchPackages(
  apt: Apt,
  task: AptTask,
  deliveries: readonly Delivery[],
  phase: Phase,
): Promise<void> {
  for (const { url, name } of deliveries) apt.origins.set(wordOfFile(name), url);
  // A package file of the lists is there already.
  const absent = deliveries.filter(({ url }) => !url.startsWith('file:'));
  if (absent.length === 0) return;
  const report = emptyAptReport();
  const archives = join(apt.folder, 'archives');
  const words = absent.flatMap(({ url, name, hash }) => [url, join(archives, name), hash]);
  let done = 0;
  const result = await callHostApt(apt, [aptHelper(), 'download-file', ...words], task, (line) => {
    readAptLine(line, report);
    const name = /^Get:\d+ (\S+)/.exec(line)?.[1];
    if (name === undefined) return;
    done += 1;
    phase.progress(`Downloading ${name.slice(name.lastIndexOf('/') + 1)}`, done, absent.length);
  });
  if (result.exitCode !== 0) throwAptError(apt, task, report, result, 'apt-helper');
}

/** `hello_1:2-3_amd64` of `hello_1%3a2-3_amd64.deb`. */
export function wordOfFile(name: string): string {
  return decodeURIComponent(name.replace(/\.deb$/, ''));
}

/** `'ADDRESS' NAME SIZE HASH` of --print-uris, a line each. */
export function readUris(output: string): Delivery[] {
  return output.split('\n').flatMap((line) => {
    const [, url, name, hash = ''] = /^'(.+)' (\S+) \d+(?: (\S+))?\s*$/.exec(line) ?? [];
    return url === undefined || name === undefined ? [] : [{ url, name, hash }];
  });
}

/** The names, `*` behind what is purged, below the line that apt-get writes before them. */
export function readRemoved(output: string): string[] {
  const [, block = ''] = /^The following packages will be REMOVED:\n((?: .*\n)*)/m.exec(output) ?? [];
  return block.split(/\s+/).flatMap((word) => (word === '' ? [] : [word.replace(/\*$/, '')]));
}

const helperPlaces = ['/usr/lib/apt/apt-helper', '/usr/libexec/apt/apt-helper'];

function aptHelper(): string {
  const found = helperPlaces.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RootimgError('tool-missing', 'apt-helper is not installed.', {
    hint: 'Install the package apt.',
  });
}
