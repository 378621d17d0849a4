import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstFile, prepareUefi } from '../../../src/boot/firmware.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('firstFile takes the first that can be read, else says what to install', async () => {
  const [second, third] = [await folder.file('second'), await folder.file('third')];
  const none = join(folder.path, 'none');
  expect(await firstFile([none, second, third], 'X', 'Install x.')).toBe(second);
  await expect(firstFile([none], 'X', 'Install x.')).rejects.toMatchObject({
    ...{ message: `X is not installed; looked for ${none}.`, hint: 'Install x.' },
  });
});

it('an architecture without UEFI machines is refused by name, with those that have them', async () => {
  for (const arch of ['s390x', 'constructor']) {
    await expect(prepareUefi(arch, folder.path)).rejects.toMatchObject({
      ...{ code: 'boot-arch', hint: 'Known: x86_64, aarch64.' },
    });
  }
});
