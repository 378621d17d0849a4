import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldOf, paragraphs } from '../../../src/packages/apt/apt-lists.ts';
import type { aptLocking } from '../../../src/packages/apt/apt-lock.ts';
import type { PackageTask } from '../../../src/packages/manager.ts';
import type { Repository } from '../../../src/plan/build-plan.ts';
import { makeKey } from '../../../tools/sample-repo/keys.ts';
import { debTree, type DebTree } from '../lib/deb-tree.ts';
import { type PackageServer, servePackages } from '../lib/package-server.ts';
import { makeTinyArchive, tinySuite } from '../lib/tiny-archive.ts';

/** What locks need of apt, over an archive made on the spot; nothing of it is ever installed. */
let folder: string;
let server: PackageServer;
let tree: DebTree;
let repository: Repository;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-apt-lock-'));
  const key = await makeKey(join(folder, 'gpg'), 'good', join(folder, 'good.asc'));
  server = await servePackages(join(folder, 'archive'));
  const packages = [
    { name: 'apt' },
    { name: 'base', fields: 'Essential: yes\n' },
    { name: 'app', version: '1:2.0-1', fields: 'Depends: library\n' },
    ...['library', 'extra', 'needs-library', 'spare'].map((name) => ({
      name,
      ...(name === 'needs-library' ? { fields: 'Depends: library\n' } : {}),
    })),
  ];
  await makeTinyArchive(join(folder, 'archive'), { packages, key });
  const deb = { ...tinySuite, signedBy: [key.publicFile] };
  repository = { id: 'pkgdir-0', url: server.address, from: 'pkgdir', deb };
  tree = await debTree();
});
afterAll(async () => {
  server?.close();
  await tree?.leave();
  await rm(folder, { recursive: true, force: true });
});

async function locking(changes: Partial<Repository> = {}): Promise<ReturnType<typeof aptLocking>> {
  const session = await tree.open({ repositories: [{ ...repository, ...changes }] });
  if (session.locking === undefined) throw new Error('apt locks');
  return session.locking;
}
const task = (command: PackageTask['command'], ...names: string[]): PackageTask => ({
  ...{ command, environment: [], repositories: ['pkgdir-0'] },
  entries: names.map((name) => ({ name, origin: { file: 'list', line: 1 } })),
});
const shown = ({
  brings,
  removes,
}: Awaited<ReturnType<Awaited<ReturnType<typeof locking>>['transaction']>>) => ({
  brings: brings.map(({ name, version }) => `${name} ${version}`).sort(),
  removes,
});

test('each task is resolved as after those before; the first brings what every Debian has', async () => {
  const locks = await locking();
  const first = task('install', 'app');
  const brought = await locks.transaction(first);
  expect(shown(brought)).toEqual({ brings: ['app 1:2.0-1', 'apt 1', 'base 1', 'library 1'], removes: [] });
  await locks.pretend(first);
  expect(shown(await locks.transaction(task('install', 'needs-library', 'extra')))).toEqual({
    ...{ brings: ['extra 1', 'needs-library 1'], removes: [] },
  });
  expect(shown(await locks.transaction(task('remove', 'library', 'extra')))).toEqual({
    ...{ brings: [], removes: ['app', 'library'] },
  });
  expect(shown(await locks.transaction(task('upgrade')))).toEqual({ brings: [], removes: [] });
  const offered = await locks.offers(brought.brings);
  expect(offered.map(({ name }) => name).sort()).toEqual(['app', 'apt', 'base', 'library']);

  await locks.keep(offered, join(folder, 'kept'));
  const index = paragraphs(await readFile(join(folder, 'kept/pkgdir-0/Packages'), 'utf8'));
  expect(index.map((one) => fieldOf(one, 'Filename'))).toContain('./app_1.2.0-1_all.deb');
  server.faults.set('/', 'missing');
  const kept = await locking({ keptIn: join(folder, 'kept/pkgdir-0') });
  expect(shown(await kept.transaction(task('install', 'app'))).brings).toHaveLength(4);
  const again = await kept.offers(brought.brings);
  expect(again.map(({ digest }) => digest).sort()).toEqual(offered.map(({ digest }) => digest).sort());
  // Fetched from there once more, by the name that the index says.
  await kept.keep(again, join(folder, 'again'));
});

test('suites of one archive are told apart', async () => {
  const folderOfBoth = join(folder, 'archive');
  const key = await makeKey(join(folder, 'gpg-2'), 'better', join(folder, 'better.asc'));
  const packages = [{ name: 'app', version: '1:2.1' }];
  await makeTinyArchive(folderOfBoth, { suite: 'tiny-updates', packages, key });
  server.faults.delete('/');
  const updates = {
    ...repository,
    id: 'pkgdir-1',
    deb: { suite: 'tiny-updates', components: ['main'], signedBy: [key.publicFile] },
  };
  const session = await tree.open({ repositories: [repository, updates] });
  const brought = await session.locking?.transaction({
    ...task('install', 'app'),
    repositories: ['pkgdir-0', 'pkgdir-1'],
  });
  expect(brought?.brings.map(({ name, repository: from }) => `${name} ${from}`).sort()).toEqual([
    ...['app pkgdir-1', 'apt pkgdir-0', 'base pkgdir-0'],
  ]);
  expect(brought?.brings.every(({ digest }) => digest !== undefined)).toBe(true);
});

test('an index that apt cannot read is told', async () => {
  const place = join(folder, 'broken');
  const key = await makeKey(join(folder, 'gpg-3'), 'best', join(folder, 'best.asc'));
  await makeTinyArchive(place, { packages: [{ name: 'apt' }], besides: '\nPackage: odd\nno field\n', key });
  const deb = { ...tinySuite, signedBy: [key.publicFile] };
  const session = await tree.open({ repositories: [{ ...repository, url: `file://${place}`, deb }] });
  await expect(session.locking?.transaction(task('install', 'apt'))).rejects.toThrow(
    /Unable to parse|MergeList/,
  );
});
