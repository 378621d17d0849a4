import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDracut } from '../../../../src/genimage/initrd/check-dracut.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-dracut-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '');
  }
}

test.each([
  ['nothing', [], 'Name dracut and dracut-network in pkglist.'],
  [
    'dracut alone',
    ['usr/bin/dracut', 'usr/lib/dracut/modules.d/99base/x'],
    'Name dracut-network in pkglist.',
  ],
])('an image with %s is refused with the packages to name', async (_, paths, hint) => {
  await put(...paths);
  await expect(checkDracut(root)).rejects.toMatchObject({ code: 'dracut-missing', hint });
});

test('dracut with its network module is enough, and so is that of EL 6', async () => {
  await put('sbin/dracut');
  await checkDracut(root);
  await put('usr/lib/dracut/modules.d/40network/x');
  await checkDracut(root);
});
