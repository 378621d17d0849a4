import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importKeys, takenKeys } from '../../../src/packages/rpm/import-keys.ts';
import { writeRpmMacros } from '../../../src/packages/rpm/rpm-macros.ts';
import { run } from '../../../src/system/exec.ts';
import { makeKey } from '../../../tools/sample-repo/keys.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';
import { aSite } from '../../unit/packages/a-site.ts';

/** The host's real rpm, and a file that it does not take for a key: which keys it refuses besides is its own. */
let base: string;
let good: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-keys-'));
  good = (await makeKey(join(base, 'gpg'), 'good', join(base, 'good.asc'))).publicFile;
  await writeFile(join(base, 'broken.asc'), 'no key\n');
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function imported(name: string, keys: readonly string[]) {
  const root = join(base, name);
  for (const folder of ['proc', 'sys', 'dev', 'run', 'tmp'])
    await mkdir(join(root, folder), { recursive: true });
  const macros = await writeRpmMacros(join(base, `${name}-run`), '/var/lib/rpm');
  const warnings: string[] = [];
  await importKeys({ root, macros }, keys, (text) => void warnings.push(text));
  const argv = ['rpm', '--root', root, '--define', '_dbpath /var/lib/rpm', '-qa', 'gpg-pubkey*'];
  return { warnings, count: (await run(argv)).stdout.trim().split('\n').length };
}

test('a key that rpm does not take is told by its file, and the others are in', async () => {
  expect(await imported('one', [join(base, 'broken.asc'), good])).toEqual({
    warnings: [expect.stringContaining(`does not take the keys ${join(base, 'broken.asc')} (`)],
    count: 1,
  });
  expect(await imported('two', [good])).toEqual({ warnings: [], count: 1 });
});

test('a manager that takes all keys or none gets one file with those that rpm takes', async () => {
  const take = async (name: string, ...keys: string[]) => {
    const temporary = join(base, name);
    const macros = await writeRpmMacros(temporary, '/var/lib/rpm');
    const repositories = [{ id: 'pkgdir-0', url: 'file:///x', from: 'pkgdir' as const }];
    return takenKeys(aSite(base, temporary, { plan: aPlan({ keys, repositories }) }), macros);
  };
  expect(await take('all', good)).toEqual([good]);
  // Of none the manager itself says what comes of it.
  const broken = join(base, 'broken.asc');
  expect(await take('none', broken)).toEqual([broken]);
  const [file = ''] = await take('some', good, broken);
  expect(file).toBe(join(base, 'some/taken-keys.asc'));
  expect(await imported('three', [file])).toEqual({ warnings: [], count: 1 });
});

test('that no key can be taken because of the tree is an error', async () => {
  const root = join(base, 'no-tree');
  await writeFile(root, '');
  await expect(imported('no-tree', [good])).rejects.toThrow();
});
