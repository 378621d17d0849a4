import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dnf } from '../../../src/packages/dnf/dnf.ts';
import type { PackageTask, Session, Transaction } from '../../../src/packages/manager.ts';
import type { PackageEntry } from '../../../src/plan/build-plan.ts';
import { run } from '../../../src/system/exec.ts';
import { fileDigest } from '../../../src/system/file-digest.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';
import { aSite } from '../../unit/packages/a-site.ts';

/** Real dnf over an empty tree, with packages of nothing in a folder of its own. */
let base: string;
let session: Session;

async function build(name: string, version: string, head: readonly string[] = []): Promise<void> {
  const lines = [`Name: ${name}`, `Version: ${version}`, 'Release: 1', 'Summary: x', 'License: x', ...head];
  const spec = join(base, `${name}.spec`);
  await writeFile(spec, [...lines, 'BuildArch: noarch', '%description', 'x', '%files', ''].join('\n'));
  const places = [`_rpmdir ${join(base, 'os')}`, '_rpmfilename %%{NAME}.rpm', `_topdir ${base}/top`];
  await run(['rpmbuild', '-bb', '--quiet', ...places.flatMap((one) => ['--define', one]), spec]);
}

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-dnf-telling-'));
  for (const name of ['root/run', 'root/dev', 'root/proc', 'root/sys', 'build'])
    await mkdir(join(base, name), { recursive: true });
  await build('app', '1.0', ['Epoch: 2', 'Requires: library']);
  await build('library', '3.0');
  await build('old', '1');
  await build('heir', '1', ['Obsoletes: old']);
  await run(['createrepo_c', '--quiet', '--no-database', join(base, 'os')]);
  const plan = aPlan({
    repositories: [{ id: 'pkgdir-0', url: `file://${base}/os`, from: 'pkgdir', unchecked: 'a test' }],
    keys: [],
  });
  session = await dnf.open(aSite(join(base, 'root'), join(base, 'build'), { plan }));
});
afterAll(() => rm(base, { recursive: true, force: true }));

function install(...names: readonly string[]): PackageTask {
  const entries = names.map((name) => ({ name, origin: { file: 'list', line: 1 } }) as PackageEntry);
  return { command: 'install', entries, repositories: ['pkgdir-0'], environment: [] };
}

const look = (...names: readonly string[]): Promise<Transaction> | undefined =>
  session.locking?.transaction(install(...names));

const one = async (name: string, version: string) => {
  const path = join(base, 'os', `${name}.rpm`);
  const digest = `sha256:${await fileDigest(path)}`;
  return { name, version, arch: 'noarch', repository: 'pkgdir-0', digest, path };
};

test('dnf tells the digest and the place of each package that it would put in', async () => {
  const found = await look('app');
  const byName = [...(found?.brings ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName).toEqual([await one('app', '2:1.0-1'), await one('library', '3.0-1')]);
});

test('each task is told of anew', async () => {
  const found = await look('library');
  expect(found?.brings.map(({ name, digest }) => [name, digest?.slice(0, 7)])).toEqual([
    ['library', 'sha256:'],
  ]);
  await expect(look('nothing')).rejects.toThrow('nothing');
});

test('the versions that it tells are those that are asked for elsewhere', async () => {
  expect(await session.locking?.versions?.()).toEqual(await dnf.versions());
});

test('where something is installed its table tells what goes, and it the digests', async () => {
  await session.locking?.pretend({ ...install('library', 'old'), exclude: ['heir'] });
  expect(await look('heir')).toEqual({ brings: [await one('heir', '1-1')], removes: ['old.noarch'] });
  expect(await look('app')).toEqual({ brings: [await one('app', '2:1.0-1')], removes: [] });
  expect(await look('library')).toEqual({ brings: [], removes: [] });
});
