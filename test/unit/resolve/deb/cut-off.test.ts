import { beforeEach, expect, it } from 'vitest';
import { cutOff, isCutOff } from '../../../../src/resolve/deb/cut-off.ts';
import { readItem } from '../../../../src/resolve/deb/pkgdir-item.ts';
import { useFolder } from '../../../lib/folder.ts';
import { archive, installKeyrings, planning } from './a-request.ts';

const folder = useFolder();
const { problems, lines } = planning(folder);
const url = 'http://m.example/ubuntu jammy main';

beforeEach(() => installKeyrings(folder));

it.each([
  [url, 'universe'],
  ['http://m.example/ubuntu jammy', 'main universe'],
])('a comma where a blank belongs is told: %s,%s', async (before, words) => {
  const [first] = await problems({ srcdir: `${before},${words}` });
  // A request has paths for words that it takes for folders.
  const item = readItem(`${folder.path}/${words}`);
  expect(first).toEqual(cutOff(item, folder.path));
  expect(first?.message).toContain(`'${words}' in pkgdir stands behind a comma`);
  expect(await isCutOff(item, before, folder.path)).toBe(true);
});

it('it is none where there is such a folder, and before no address', async () => {
  await archive(folder, 'universe', { jammy: ['main'] });
  expect(await lines({ srcdir: `${url},universe` })).toHaveLength(2);
  for (const before of [undefined, '/srv/debian jammy main'])
    expect(await isCutOff(readItem('main'), before, folder.path)).toBe(false);
  expect(await isCutOff(readItem('/srv/none'), url, folder.path)).toBe(false);
});
