import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Problem } from '../base/errors.ts';
import type { Family } from '../family/family.ts';
import type { PlanFile } from '../plan/build-plan.ts';
import { listGap, splitCommaList } from './comma-list.ts';
import { unreadable } from './list-file.ts';
import { readPublicKeys } from '../base/openpgp.ts';
import { readRegularFile, refuseOther } from '../base/regular-file.ts';

export interface FoundFiles {
  readonly files: readonly PlanFile[];
  readonly problems: readonly Problem[];
}

/** The file with its digest, hex; rejects when it cannot be read. */
export async function planFile(path: string, role: PlanFile['role']): Promise<PlanFile> {
  refuseOther(path, await stat(path));
  if (role === 'key') return keyFile(path, await readRegularFile(path));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { path, sha256: hash.digest('hex'), role };
}

function keyFile(path: string, bytes: Buffer): PlanFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, role: 'key', publicKeys: readPublicKeys(bytes) };
}

/**
 * Public keys: those in the given folders by the family's names for them, everything in `hostKeys`, by
 * default the family's folder of the host. One of each content.
 */
export async function findKeys(
  { filling }: Family,
  folders: readonly string[],
  hostKeys = filling?.keys.ofHost,
): Promise<PlanFile[]> {
  if (filling === undefined || hostKeys === undefined) return [];
  const paths: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const keys = names.filter((name) => filling.keys.inRepository.test(name));
    paths.push(...keys.sort().map((name) => join(folder, name)));
  }
  const system = await readdir(hostKeys).catch(() => []);
  paths.push(...system.sort().map((name) => join(hostKeys, name)));
  const found = new Map<string, PlanFile>();
  for (const path of paths) {
    const isFile = await stat(path)
      .then((it) => it.isFile())
      .catch(() => false);
    const file = isFile ? await planFile(path, 'key').catch(() => undefined) : undefined;
    if (file !== undefined && !found.has(file.sha256)) found.set(file.sha256, file);
  }
  return [...found.values()];
}

/**
 * The public keys that the administrator named (comma list), without those of the same content in `known`.
 */
export async function readKeys(
  value: string | undefined,
  cwd: string,
  known: readonly PlanFile[],
): Promise<FoundFiles> {
  const files: PlanFile[] = [];
  const problems: Problem[] = [];
  for (const name of splitCommaList(value).names) {
    const path = resolve(cwd, name);
    await planFile(path, 'key').then(
      (file) => {
        if (![...known, ...files].some(({ sha256 }) => sha256 === file.sha256)) files.push(file);
      },
      (error: unknown) => problems.push(unreadable(path, 'key', undefined, error)),
    );
  }
  return { files, problems };
}

/**
 * Driver disks and driver packages of driverupdatesrc (`dud:image`, `rpm:file`, bare = rpm). Without any
 * `dud:` every file in
 * `<installdir>/driverdisk/<osvers>/<arch>` is a driver disk.
 */
export async function findDriverUpdates(
  value: string | undefined,
  driverDiskDir: string,
  cwd: string,
): Promise<FoundFiles> {
  const files: PlanFile[] = [];
  const problems: Problem[] = [];
  const { names, hasGap } = splitCommaList(value);
  if (hasGap) problems.push(listGap('driverupdatesrc', value));
  for (const name of names) {
    const path = resolve(cwd, name.replace(/^(dud|rpm):/, '').trim());
    await planFile(path, 'driverupdate').then(
      (file) => files.push(file),
      (error: unknown) =>
        problems.push({
          ...unreadable(path, 'driverupdatesrc file', undefined, error),
          hint: 'driverupdatesrc is a comma list such as dud:/a/disk.img,rpm:/a/driver.rpm.',
        }),
    );
  }
  if (!names.some((name) => name.startsWith('dud:'))) {
    const disks = await readdir(driverDiskDir).catch(() => []);
    for (const name of disks.sort()) {
      const file = await planFile(join(driverDiskDir, name), 'driverupdate').catch(() => undefined);
      if (file !== undefined) files.push(file);
    }
  }
  return { files, problems };
}
