import { expect, it } from 'vitest';
import { readMark, removeMark, setMark, writeMark } from '../../../src/genimage/build-mark.ts';
import { buildMarkName } from '../../../src/plan/manifest.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('says what is being done until the build has ended', async () => {
  expect(await readMark(folder.path)).toBeUndefined();
  await setMark(folder.path, 'Install packages');
  expect(await readMark(folder.path)).toMatchObject({ step: 'Install packages', pid: process.pid });
  await writeMark(folder.path, 'Publish', true);
  expect(await readMark(folder.path)).toMatchObject({ step: 'Publish', whole: true });
  await removeMark(folder.path);
  expect(await readMark(folder.path)).toBeUndefined();
});

it('one that cannot be understood is still a mark', async () => {
  await folder.file(buildMarkName, '{');
  expect(await readMark(folder.path)).toMatchObject({ step: 'unknown' });
  expect((await readMark(folder.path))?.whole).toBeUndefined();
});
