import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import type { Phase } from '../../report/reporter.ts';
import { type Apt, type AptTask, callHostApt, callInImage, imageAptArgv } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';

/** A package to be fetched. */
export interface Delivery {
  readonly url: string;
  readonly name: string;
  /** Such as `SHA256:…`; empty where the repository has none. */
  readonly hash: string;
}

/**
 * Fetches what the image's apt needs for a task: it says what, the host's apt, which has certificates, proxies
 * and local folders, brings it.
 */
export async function fetchPackages(apt: Apt, task: AptTask, phase: Phase): Promise<void> {
  const report = emptyAptReport();
  const onLine = (line: string) => void readAptLine(line, report);
  const asked = await callInImage(apt, imageAptArgv(task, ['--yes', '--quiet', '--print-uris']), task, {
    onLine,
  });
  if (asked.exitCode !== 0) throwAptError(apt, task, report, asked);
  const deliveries = readUris(asked.stdout);
  if (deliveries.length === 0) return;
  const archives = join(apt.folder, 'archives');
  const words = deliveries.flatMap(({ url, name, hash }) => [url, join(archives, name), hash]);
  let done = 0;
  const result = await callHostApt(apt, [aptHelper(), 'download-file', ...words], task, (line) => {
    readAptLine(line, report);
    const name = /^Get:\d+ (\S+)/.exec(line)?.[1];
    if (name === undefined) return;
    done += 1;
    phase.progress(`Downloading ${name.slice(name.lastIndexOf('/') + 1)}`, done, deliveries.length);
  });
  if (result.exitCode !== 0) throwAptError(apt, task, report, result, 'apt-helper');
}

/** `'ADDRESS' NAME SIZE HASH` of --print-uris, a line each. */
export function readUris(output: string): Delivery[] {
  return output.split('\n').flatMap((line) => {
    const [, url, name, hash = ''] = /^'(.+)' (\S+) \d+(?: (\S+))?\s*$/.exec(line) ?? [];
    return url === undefined || name === undefined ? [] : [{ url, name, hash }];
  });
}

const helperPlaces = ['/usr/lib/apt/apt-helper', '/usr/libexec/apt/apt-helper'];

function aptHelper(): string {
  const found = helperPlaces.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RootimgError('tool-missing', 'apt-helper is not installed.', {
    hint: 'Install the package apt.',
  });
}
