import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuildLock, lockText } from '../../../src/plan/build-lock.ts';
import { keptFolder, keptRepositories, readLockFile } from '../../../src/resolve/lock-file.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rootimg-lock-file-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const lock: BuildLock = {
  ...{ schema: 1, image: { name: 'i', osvers: 'o', arch: 'a', profile: 'p' }, epoch: 0 },
  ...{ manager: { id: 'dnf', versions: {} }, repositories: [], files: [], environment: '', steps: [] },
};
async function read(text: string) {
  await writeFile(join(folder, 'i.lock'), text);
  return readLockFile('i.lock', folder);
}

test('a lock is read; none where none is asked for', async () => {
  expect((await read(lockText(lock))).lock).toEqual(lock);
  expect(await readLockFile(undefined, folder)).toEqual({ lock: undefined, problems: [] });
});

test.each([
  ['{}', 'This is not a lock: schema: '],
  ['no json', 'This is not a lock: '],
  ['{"schema": 2}', 'The lock has schema version 2; this genimage reads version 1.'],
  [lockText(lock).replace('"steps": []', '"steps": [{}]'), 'This is not a lock: steps.0.list: '],
])('%s is refused by name', async (text, message) => {
  const { lock: none, problems } = await read(text);
  expect(none).toBeUndefined();
  expect(problems.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  expect(problems[0]?.origin?.file).toBe(join(folder, 'i.lock'));
});

test('a lock that is not there is told with what makes it', async () => {
  const { problems } = await readLockFile('none.lock', folder);
  expect(problems).toMatchObject([{ code: 'file-unreadable', hint: 'genimage --lock NAME makes it.' }]);
});

test('kept packages lie by image and repository', () => {
  const repository = { id: 'pkgdir-0', url: 'https://mirror/os', from: 'pkgdir' as const };
  const kept = keptRepositories([repository], keptFolder('/kept', 'compute'));
  expect(kept).toEqual([{ ...repository, keptIn: '/kept/compute/pkgdir-0' }]);
});
