import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLockSchema, packagesAfter } from '../../src/plan/build-lock.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type Administrator, administrator } from '../e2e/lib/administrator.ts';
import { openPackageBuilder, type PackageBuilder } from '../e2e/lib/package-builder.ts';

/** A lock of a small Debian from the real mirror, and its packages put in with no mirror at all. */
const image = 'deblock';
const codename = hostCodename();
const skip = codename !== 'bookworm' || process.arch !== 'x64';

let admin: Administrator;
let builder: PackageBuilder;
let lists: { pkglist: string; otherpkglist: string };

beforeAll(async () => {
  if (skip) return;
  admin = await administrator();
  builder = await openPackageBuilder();
  lists = {
    pkglist: await builder.list('pkglist', ['attr', 'nano']),
    otherpkglist: await builder.list('otherpkglist', ['-nano', 'acl']),
  };
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', 'osvers=debian12', 'osarch=x86_64', `rootimgdir=${builder.image}`],
    ...[`pkglist=${lists.pkglist}`, `otherpkglist=${lists.otherpkglist}`],
  );
  expect(made.status, made.stderr).toBe(0);
});
afterAll(async () => {
  await Promise.all([builder?.leave(), admin?.leave()]);
});

test.skipIf(skip)('what a lock has kept makes the same tree where no mirror answers', async () => {
  const kept = join(admin.base, 'kept');
  const made = await admin.type('genimage', '--lock', '--keep-packages', kept, image);
  expect(made.status, made.stdout + made.stderr).toBe(0);
  const file = join(admin.base, 'etc/osimage', `${image}.lock`);
  const lock = buildLockSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const words = packagesAfter(lock.steps, { kept: false }).map(({ name, version }) => `${name}-${version}`);
  const nowhere = ['bookworm', 'bookworm-updates', 'bookworm-security'];
  const outcome = await builder.build({
    ...lists,
    ...{ imageName: image, osvers: 'debian12', locked: file, keepPackages: kept, fresh: true },
    // The addresses of the kept repositories may change: nobody asks there.
    srcdir: nowhere.map((suite) => `http://127.0.0.1:9/debian ${suite} main`).join(','),
  });
  expect(outcome.problems).toEqual([]);
  const there = Object.keys(outcome.origins).map((one) => one.replace(/\.\w+$/, ''));
  expect(there.sort()).toEqual(words.sort());
  expect(words.some((one) => one.startsWith('acl-'))).toBe(true);
  expect(words.some((one) => one.startsWith('nano-'))).toBe(false);
});
