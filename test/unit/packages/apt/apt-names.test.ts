import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { type ProblemsError, problemsOf } from '../../../../src/base/errors.ts';
import type { AptTask } from '../../../../src/packages/apt/apt-call.ts';
import { checkAvailable, resolveOnHost } from '../../../../src/packages/apt/apt-names.ts';
import { openApt, writeSources } from '../../../../src/packages/apt/apt-open.ts';
import { updateLists } from '../../../../src/packages/apt/apt-update.ts';
import { makeDeb } from '../../../lib/debs.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../../genimage/a-plan.ts';
import { aSite } from '../a-site.ts';

const folder = useFolder();

/** The host's apt over a folder with these packages, and a task that installs words. */
async function aptOver(...packages: Parameters<typeof makeDeb>[1][]) {
  for (const name of ['debs', 'root', 'work']) await mkdir(join(folder.path, name));
  for (const one of packages) makeDeb(join(folder.path, 'debs'), one);
  const { image } = aPlan();
  const plan = aPlan({
    image: { ...image, osvers: 'debian12', family: 'debian', packageManager: 'apt' },
    repositories: [
      {
        ...{ id: 'r', url: pathToFileURL(join(folder.path, 'debs')).href, from: 'pkgdir' },
        ...{ unchecked: 'a folder', deb: { suite: './', components: [], plain: true } },
      },
    ],
  });
  const site = aSite(join(folder.path, 'root'), join(folder.path, 'work'), { plan });
  const { prepared, ...apt } = await openApt(site);
  await writeSources(apt, prepared, 'r.sources');
  const task = (...words: string[]): AptTask => ({
    ...{ command: 'install', environment: [], words, sources: 'r.sources', recommends: false },
    entries: words.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } })),
  });
  await updateLists(apt, task());
  return { apt, task };
}

test.skipIf(!existsSync('/usr/bin/apt-get'))(
  'all names that are missing are told, with those that may be meant and versions that there are',
  async () => {
    const { apt, task } = await aptOver({ name: 'abcde' }, { name: 'libx' });
    const words = task('abcde', 'abcdf', 'lib.x', 'abcde=9');
    const error = (await checkAvailable(apt, words).catch((cause: unknown) => cause)) as ProblemsError;
    const told = problemsOf(error).map(({ origin, hint }) => [origin?.line, hint]);
    expect(told.sort()).toEqual([
      [2, 'There is: abcde.'],
      // A name, and no expression that libx fits.
      [3, 'There is: libx.'],
      [4, 'There is: abcde=1.'],
    ]);
  },
);

test.skipIf(!existsSync('/usr/bin/apt-get'))(
  'what names bring with them is found on a tree that has nothing yet, and what contradicts itself is told',
  async () => {
    const { apt, task } = await aptOver(
      { name: 'a', fields: 'Depends: b\n' },
      { name: 'b' },
      { name: 'c', fields: 'Depends: nowhere\n' },
    );
    expect((await resolveOnHost(apt, task('a'))).touched).toEqual(new Set(['a', 'b']));
    await expect(resolveOnHost(apt, task('c'))).rejects.toMatchObject({ code: 'unmet-dependency' });
  },
);
