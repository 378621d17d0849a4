import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { doFirstBootWork } from '../../../../src/genimage/customise/first-boot-work.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

/** Whether the tree with these units gets the stamps that say that all is done. */
async function stamped(units: Readonly<Record<string, string>>, hasSystemd = true): Promise<boolean[]> {
  if (hasSystemd) await folder.file('usr/lib/systemd/systemd');
  for (const [name, text] of Object.entries(units)) await folder.file(`usr/lib/systemd/system/${name}`, text);
  const tree = { isNew: true, marked: true, changed: true };
  const build = {
    root: folder.path,
    tree,
    times: {},
    warnings: [],
    reporter: silentReporter(),
    folder: folder.path,
  };
  await doFirstBootWork(build as unknown as Build);
  return ['etc/.updated', 'var/.updated'].map((path) => existsSync(`${folder.path}/${path}`));
}

it.each([
  ['nothing waits for a new /usr', {}, true],
  [
    'only the unit that writes the stamps does',
    { 'systemd-update-done.service': '[Unit]\nConditionNeedsUpdate=|/etc\n' },
    true,
  ],
  ['the condition is commented out', { 'x.service': '#ConditionNeedsUpdate=/etc\n' }, true],
  [
    'a package brings a unit that is not known here',
    { 'x.service': '[Unit]\nConditionNeedsUpdate=/etc\n' },
    false,
  ],
])('where %s', async (_, units, expected) => {
  expect(await stamped(units)).toEqual([expected, expected]);
});

it('an image without systemd gets none', async () => {
  expect(await stamped({}, false)).toEqual([false, false]);
});
