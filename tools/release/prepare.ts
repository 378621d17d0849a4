import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import { run } from '../../src/system/exec.ts';
import { withRelease, releaseNotes } from './changelog.ts';
import { lastRelease, nextVersion, readChangesets } from './changesets.ts';

/** A release, committed and tagged in a clone of its own. */
export interface PreparedRelease {
  readonly version: string;
  readonly tag: string;
  /** Its part of CHANGELOG.md. */
  readonly notes: string;
  /** The clone. */
  readonly folder: string;
}

/** Files of each form that the release before this one wrote, and those of this one. */
const recordedForms = 'fixtures/releases';

export async function git(folder: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(['git', '-C', folder, ...words], { action: `git ${words[0]}` });
  return stdout.trim();
}

/**
 * Clones the checkout below `work` and makes the release there: version, list of changes, commit and tag. The
 * checkout is only read. Throws `checkout-changed`, `release-empty` and `release-exists`.
 */
export async function prepareRelease(checkout: string, work: string): Promise<PreparedRelease> {
  const changed = await git(checkout, 'status', '--porcelain');
  if (changed !== '') {
    throw new RootimgError('checkout-changed', 'The checkout has changes that are not committed.', {
      hint: 'Commit them or take them back; a release is made of a commit.',
      details: changed.split('\n'),
    });
  }
  const changes = await readChangesets(checkout);
  if (changes.length === 0) {
    throw new RootimgError('release-empty', 'There is nothing to release: .changeset/ holds no change.', {
      hint: 'See .changeset/README.md.',
    });
  }
  const before = await lastRelease(checkout);
  const version = nextVersion(before, changes);
  const tag = `v${version}`;
  if ((await git(checkout, 'tag', '--list', tag)) !== '') {
    throw new RootimgError('release-exists', `There is a tag ${tag} already.`, {
      hint: 'package.json names the last release: look at what was tagged.',
    });
  }
  // The bill of materials names us by the folder.
  const folder = join(work, 'rootimg');
  await run(['git', 'clone', '--quiet', checkout, folder], { action: 'clone the checkout' });
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const notes = releaseNotes(changes);
  await setVersion(folder, before, version);
  const day = new Date().toISOString().slice(0, 10);
  const changelog = join(folder, 'CHANGELOG.md');
  await writeFile(changelog, withRelease(await readFile(changelog, 'utf8'), `${version}, ${day}`, notes));
  await Promise.all(changes.map(({ path }) => rm(join(folder, path))));
  await keepForms(folder, version);
  await commit(checkout, folder, version, tag);
  return { version, tag, notes, folder };
}

/** The three files that name our version; package-lock.json does so twice, before any other package. */
async function setVersion(folder: string, before: string, version: string): Promise<void> {
  const places = [
    ['package.json', `"version": "${before}"`, 1],
    ['package-lock.json', `"version": "${before}"`, 2],
    ['src/cli/version.ts', `version = '${before}'`, 1],
  ] as const;
  for (const [path, word, times] of places) {
    const file = join(folder, path);
    let text = await readFile(file, 'utf8');
    for (let time = 0; time < times; time++) {
      if (!text.includes(word)) throw new Error(`${path} does not say ${word}`);
      text = text.replace(word, word.replace(before, version));
    }
    await writeFile(file, text);
  }
}

/** From now on, what this release writes is read by every later one. */
async function keepForms(folder: string, version: string): Promise<void> {
  const next = join(folder, recordedForms, 'next');
  if (existsSync(next)) await cp(next, join(folder, recordedForms, version), { recursive: true });
}

async function commit(checkout: string, folder: string, version: string, tag: string): Promise<void> {
  for (const key of ['user.name', 'user.email']) {
    await git(folder, 'config', key, await git(checkout, 'config', key));
  }
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', `Release ${version}`);
  await git(folder, 'tag', '--annotate', tag, '--message', `rootimg ${version}`);
}
