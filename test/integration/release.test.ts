import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { packageVersion } from '../../tools/package/version.ts';
import { makeArtefacts } from '../../tools/release/artefacts.ts';
import { lastRelease, nextVersion, readChangesets } from '../../tools/release/changesets.ts';
import { git, prepareRelease } from '../../tools/release/prepare.ts';
import { keepRelease } from '../../tools/release/publish.ts';

let base: string;
/** A clone of this commit with one change that is to be released. */
let checkout: string;
let before: string;
let version: string;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-release-test-'));
  checkout = join(base, 'checkout');
  await run(['git', 'clone', '--quiet', process.cwd(), checkout]);
  symlinkSync(join(process.cwd(), 'node_modules'), join(checkout, 'node_modules'));
  await git(checkout, 'config', 'user.name', 'A Maintainer');
  await git(checkout, 'config', 'user.email', 'maintainer@example.org');
  writeFileSync(join(checkout, '.changeset/a-test.md'), '---\nrootimg: patch\n---\n\nIt is mended.\n');
  await git(checkout, 'add', '--all');
  await git(checkout, 'commit', '--quiet', '--message', 'Mend it');
  before = await state();
  version = nextVersion(await lastRelease(checkout), await readChangesets(checkout));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function state(): Promise<string> {
  const asked = [['status', '--porcelain'], ['rev-parse', 'HEAD'], ['for-each-ref']];
  return (await Promise.all(asked.map((words) => git(checkout, ...words)))).join('\n');
}

function workFolder(name: string): string {
  mkdirSync(join(base, name));
  return join(base, name);
}

test('a release is whole before the checkout knows of it, and then committed, tagged and beside it', async () => {
  const prepared = await prepareRelease(checkout, workFolder('work'));
  const made = join(base, 'made');
  const artefacts = await makeArtefacts(prepared, made);
  expect(await state()).toBe(before);

  const named = ['-docs.tar.gz', '-kit.tar', '.cdx.json'].map((ending) => `rootimg-${version}${ending}`);
  const deb = ['', '-netboot', '-xcat-commands'].map(
    (name) => `packages/deb/rootimg${name}_${version}_all.deb`,
  );
  const rpm = ['', '-netboot', '-xcat-commands'].map(
    (name) => `packages/rpm/rootimg${name}-${version}-1.noarch.rpm`,
  );
  expect(artefacts.map(({ path }) => path).sort()).toEqual(['SHA256SUMS', ...deb, ...rpm, ...named].sort());
  await run(['sha256sum', '--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: made });
  const bill = JSON.parse(readFileSync(join(made, `rootimg-${version}.cdx.json`), 'utf8'));
  expect(bill.metadata.component).toMatchObject({ name: 'rootimg', version, type: 'application' });
  const components = bill.components.map(({ name }: { name: string }) => name);
  expect(components).toContain('zod');
  expect(components).not.toContain('vitest');
  const { stdout } = await run([
    'tar',
    '-xzOf',
    join(made, named[0]!),
    `rootimg-${version}-docs/CHANGELOG.html`,
  ]);
  expect(stdout).toContain('It is mended.');

  const out = join(base, 'releases', version);
  await keepRelease(checkout, prepared, { made, out });
  expect(existsSync(join(out, 'SHA256SUMS'))).toBe(true);
  expect(await git(checkout, 'status', '--porcelain')).toBe('');
  expect(await git(checkout, 'describe')).toBe(`v${version}`);
  expect(readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8')).toContain('- It is mended.\n');
  expect(await readChangesets(checkout)).toEqual([]);
  expect((await packageVersion(checkout)).version).toBe(version);
});

test('what comes after a release is newer than it, and a release of nothing is refused', async () => {
  await expect(prepareRelease(checkout, workFolder('nothing'))).rejects.toThrow('nothing to release');
  await git(checkout, 'commit', '--quiet', '--allow-empty', '--message', 'Go on');
  const later = (await packageVersion(checkout)).version;
  await run(['dpkg', '--compare-versions', later, 'gt', version]);
  writeFileSync(join(checkout, 'README.md'), '');
  await expect(prepareRelease(checkout, workFolder('changed'))).rejects.toThrow('not committed');
});
