import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settlePackageTimes } from '../../src/packages/package-times.ts';
import { run } from '../../src/system/exec.ts';
import { fileDigest } from '../../src/system/file-digest.ts';
import { fetchOldRpm } from './lib/old-rpm.ts';
import { openPackageBuilder, type PackageBuilder } from './lib/package-builder.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';

/** An image whose own rpm is of another back end (Berkeley DB) than the host's (SQLite): both real. */
let world: TinyWorld | undefined;
let builder: PackageBuilder;
let folder: string;
let missing: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-old-rpm-'));
  const tree = join(folder, 'tree');
  missing = await fetchOldRpm(tree);
  if (missing !== undefined) return;
  builder = await openPackageBuilder();
  world = await makeTinyWorld([
    {
      path: 'os',
      signedBy: 'good',
      packages: [
        { name: 'old-root', tree, head: ['Provides: tiny(shell)'] },
        { name: 'plain' },
        { name: 'added' },
      ],
    },
  ]);
});
afterAll(async () => {
  await world?.leave();
  await builder?.leave();
  await rm(folder, { recursive: true, force: true });
});

const inside = async (...argv: string[]) =>
  (await run(['chroot', join(builder.image, 'rootimg'), ...argv])).stdout;
const installed = async () => {
  const names = await inside('rpm', '-qa', '--qf', '%{NAME} %{VERSION}\\n');
  return names.trim().split('\n').sort();
};

test('the database that the host’s rpm wrote becomes one that the image’s own rpm reads', async ({
  skip,
}) => {
  if (missing !== undefined || world === undefined) return skip(missing);
  const pkglist = await builder.list('pkglist', ['old-root', 'plain']);
  const outcome = await builder.build({ pkglist, srcdir: join(world.dir, 'os'), gpgkeys: world.goodKey });
  expect(outcome).toMatchObject({ problems: [], details: [] });
  // Its lists bring no kernel and no dracut.
  expect(outcome.warnings.filter((text) => !text.startsWith('No package of the lists brings'))).toEqual([]);

  expect((await inside('rpm', '--eval', '%{_db_backend}')).trim()).toBe('bdb');
  expect(await installed()).toEqual([expect.stringMatching(/^gpg-pubkey /), 'old-root 1.0', 'plain 1.0']);
  expect(await inside('rpm', '-qf', '/usr/share/plain')).toBe('plain-1.0-1.noarch\n');
  expect(await inside('rpm', '-V', 'plain')).toBe('');
  const files = readdirSync(join(builder.image, 'rootimg/var/lib/rpm'));
  expect(files).toContain('Packages');
  expect(files).not.toContain('rpmdb.sqlite');
  expect(Object.keys(outcome.origins)).toContain('plain-1.0-1.noarch');
});

test('a tree with such a database is updated in place', async ({ skip }) => {
  if (missing !== undefined || world === undefined) return skip(missing);
  const pkglist = await builder.list('pkglist', ['old-root', 'plain', 'added']);
  const request = { pkglist, srcdir: join(world.dir, 'os'), gpgkeys: world.goodKey };
  const outcome = await builder.build(request, 'keep');
  expect(outcome).toMatchObject({ problems: [], details: [], warnings: [] });
  const keys = (names: readonly string[]) => names.filter((name) => !name.startsWith('gpg-pubkey'));
  expect(keys(await installed())).toEqual(['added 1.0', 'old-root 1.0', 'plain 1.0']);
  expect(readdirSync(join(builder.image, 'rootimg/var/lib/rpm'))).toContain('Packages');
});

test('with a time of the image the database is the same bytes each time, and is read as before', async ({
  skip,
}) => {
  if (missing !== undefined || world === undefined) return skip(missing);
  const pkglist = await builder.list('pkglist', ['old-root', 'plain']);
  const root = join(builder.image, 'rootimg');
  const all: Record<string, string>[] = [];
  for (const time of [1, 2]) {
    await builder.build({ pkglist, srcdir: join(world.dir, 'os'), gpgkeys: world.goodKey });
    const temporary = await mkdtemp(join(folder, `settle-${time}-`));
    const folders = { temporary, treeTemporary: await mkdtemp(join(builder.image, 'settle-')) };
    expect(await settlePackageTimes(root, folders, 1_700_000_000)).toEqual([]);
    const names = readdirSync(join(root, 'var/lib/rpm'));
    const digests = names.map(
      async (name) => [name, await fileDigest(join(root, 'var/lib/rpm', name))] as const,
    );
    all.push(Object.fromEntries(await Promise.all(digests)));
  }
  expect(Object.keys(all[0] ?? {})).toContain('Packages');
  expect(all[1]).toEqual(all[0]);
  expect(await inside('rpm', '-q', '--qf', '%{INSTALLTIME}', 'plain')).toBe('1700000000');
  expect(await inside('rpm', '-qf', '/usr/share/plain')).toBe('plain-1.0-1.noarch\n');
});
