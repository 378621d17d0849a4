import { type Problem, formatOrigin } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { unreadable } from '../list-file.ts';
import type { Collector } from './collector.ts';
import { signersOf } from './signers.ts';
import { repositoryOf, type SourceEntry } from './source-entry.ts';
import { readSourcesFile } from './sources-text.ts';
import type { Target } from './target.ts';

/** Adds the repositories of a `.sources` file that pkgdir names. */
export async function addSourcesFile(found: Collector, path: string, target: Target): Promise<void> {
  if (!path.endsWith('.sources')) {
    const message = `${path} in pkgdir is a file, and its name does not end with .sources.`;
    found.problems.push({ code: 'repository-item', message, hint: sourcesHint });
    return;
  }
  const text = await readTextFile(path).catch((error: unknown) => {
    found.problems.push(unreadable(path, 'pkgdir', undefined, error));
  });
  if (text === undefined) return;
  const read = readSourcesFile(text, path);
  found.problems.push(...read.problems);
  found.warnings.push(...read.warnings.map(asWarning));
  if (read.entries.length === 0 && read.problems.length === 0) {
    found.warnings.push(`${path} names no repository that is enabled.`);
  }
  for (const entry of read.entries) addEntry(found, entry, target);
}

const sourcesHint = 'Write it as deb822, one field a line: Types, URIs, Suites, Components, Signed-By.';

function asWarning({ message, origin }: Problem): string {
  return origin === undefined ? message : `${formatOrigin(origin)}: ${message}`;
}

function addEntry(found: Collector, entry: SourceEntry, target: Target): void {
  const { architectures, origin } = entry;
  if (architectures.length > 0 && !architectures.includes(target.architecture)) return;
  if (!/^(https?|ftp|file):/.test(entry.uri)) {
    const message = `'${entry.uri}' is not an address: http:, https:, ftp: or file: was expected.`;
    found.problems.push({ code: 'sources-field', message, origin });
    return;
  }
  const signers = signersOf(entry);
  if (signers === undefined) {
    const message =
      'Signed-By holds neither paths of keyrings, nor fingerprints of 40 digits, nor a whole key.';
    const hint = 'Write the key to a file below /etc/apt/keyrings and name that.';
    found.problems.push({ code: 'sources-signed-by', message, origin, hint });
    return;
  }
  if (entry.trusted) found.trusted.push({ url: entry.uri, origin });
  found.add(repositoryOf(entry, signers));
}
