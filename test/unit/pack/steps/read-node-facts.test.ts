import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtRecord } from '../../../lib/built-record.ts';
import { readNodeFacts } from '../../../../src/pack/steps/read-node-facts.ts';
import type { BuiltRecord, Manifest } from '../../../../src/plan/manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-node-facts-'));
  await mkdir(join(folder, 'rootimg/lib/modules/1.2'), { recursive: true });
  await writeFile(join(folder, 'rootimg/lib/modules/1.2/modules.builtin'), 'kernel/fs/erofs/erofs.ko\n');
});
afterEach(() => rm(folder, { recursive: true }));

function manifest(initrd: string, more: Partial<BuiltRecord['initrd']> = {}): Manifest {
  const seen = { modules: ['overlay'], programs: ['zstd'], abilities: ['holes'] };
  return {
    schema: 1,
    image: { name: 'x', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' },
    build: builtRecord(initrd, { ...seen, ...more }),
  };
}
const facts = (told?: Manifest) => readNodeFacts(folder, join(folder, 'rootimg'), told);
const put = (text: string) => writeFile(join(folder, 'initrd-stateless.gz'), text);

it('the manifest counts for the initrd that it tells of', async () => {
  await put('ours');
  expect(await facts(manifest('ours'))).toMatchObject({
    initrdPrograms: ['zstd'],
    initrdModules: ['overlay', 'erofs'],
    initrdAbilities: ['holes'],
    foreignInitrd: false,
  });
});

it('an initrd without a manifest, or another one than that of the manifest, has nothing', async () => {
  await put('made by another tool');
  const nothing = { initrdPrograms: [], initrdModules: [], initrdAbilities: [], foreignInitrd: true };
  expect(await facts(undefined)).toMatchObject(nothing);
  expect(await facts(manifest('ours'))).toMatchObject(nothing);
});

it('a record of an older version has what it says, and no more', async () => {
  await put('ours');
  const old = manifest('ours');
  delete old.build?.initrd.programs;
  delete old.build?.initrd.abilities;
  expect(await facts(old)).toMatchObject({ initrdPrograms: [], initrdAbilities: [], foreignInitrd: false });
});

it('without an initrd the manifest counts, or nothing is known yet', async () => {
  expect(await facts(manifest('ours'))).toMatchObject({ initrdPrograms: ['zstd'], foreignInitrd: false });
  expect(await facts(undefined)).toMatchObject({ initrdPrograms: undefined, foreignInitrd: false });
});
