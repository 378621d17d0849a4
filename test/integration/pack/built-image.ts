import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { PackWorld } from './world.ts';

/** The initrd has two names; both lie in the image folder and in the tftp folder. */
const initrds = ['initrd-stateless.gz', 'initrd-statelite.gz'];

/** Where nodes of `myimg` find kernel and initrd. */
export function bootFolders(world: PackWorld): [string, string] {
  return [world.rootimgdir, `${world.base}/tftp/xcat/osimage/myimg`];
}

/** What genimage would leave: kernel, initrds and manifest of one version, and its modules in the tree. */
export function buildVersion(
  world: PackWorld,
  version: string,
  initrdVersion = version,
  abilities: readonly string[] = [],
): void {
  const folder = world.rootimgdir;
  for (const place of bootFolders(world)) {
    mkdirSync(place, { recursive: true });
    writeFileSync(`${place}/kernel`, `kernel ${version}\n`.repeat(1000));
    for (const name of initrds) writeFileSync(`${place}/${name}`, `initrd ${initrdVersion}\n`.repeat(1000));
  }
  mkdirSync(`${folder}/rootimg/lib/modules/${version}`, { recursive: true });
  const sha256 = sha256Of(`${folder}/${initrds[0]}`);
  const initrd = { size: 1, sha256, compressor: 'gzip', modules: [], abilities };
  const made = {
    ...{
      finished: '2026-01-01T00:00:00Z',
      host: { name: 'h', arch: 'x86_64', os: 'x' },
      kernelVersion: version,
    },
    ...{ packages: [], repositories: [], files: [], initrd, tools: {}, warnings: [], times: {} },
  };
  const image = { name: 'myimg', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  writeFileSync(`${folder}/manifest.json`, JSON.stringify({ schema: 1, image, build: made }));
}

/** What the published manifest says of the pack. */
export const publishedPack = (world: PackWorld) =>
  JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8')).pack;

export const sha256Of = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The published files must be one whole set, with the kernel of this version. */
export function expectPublished(
  world: PackWorld,
  version: string,
  generation: number,
  initrdVersion = version,
): void {
  const pack = publishedPack(world);
  expect(pack.generation).toBe(generation);
  for (const place of bootFolders(world)) {
    expect(readFileSync(`${place}/kernel`, 'utf8')).toContain(`kernel ${version}\n`);
    for (const name of initrds)
      expect(readFileSync(`${place}/${name}`, 'utf8')).toContain(`initrd ${initrdVersion}\n`);
  }
  expect(sha256Of(`${world.rootimgdir}/${pack.file}`)).toBe(pack.sha256);
  const digestFile = readFileSync(`${world.rootimgdir}/${pack.file}.sha256`, 'utf8');
  expect(digestFile).toBe(`${pack.sha256}  ${pack.file}\n`);
  const forms = world.published().filter((name) => /^rootimg\..*[^6]$/.test(name));
  expect(forms).toEqual([pack.file]);
  expect(world.published().filter((name) => name.startsWith('.'))).toEqual([]);
}

/** What a rollback to this set leaves that is killed before its last step. */
export function markRollback(world: PackWorld, generation: number): void {
  const manifest = sha256Of(`${world.rootimgdir}/manifest.json`);
  const mark = { generation, manifest, folders: bootFolders(world) };
  world.write('image/.rootimg-rollback.json', JSON.stringify(mark));
}
