import { describe, expect, it } from 'vitest';
import type { MediumEntry } from '../../../src/media/medium.ts';
import { type Disc, planDiscs, tellLeft } from '../../../src/media/plan-discs.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

/** A disc with these paths; those that end with `/` are folders. */
function disc(path: string, names: readonly string[], changes: Partial<Disc> = {}): Disc {
  const entries = names.map((name): MediumEntry => {
    const isFolder = name.endsWith('/');
    return {
      path: name.replace(/\/$/, ''),
      type: isFolder ? 'folder' : 'file',
      size: isFolder ? 0 : 4,
      mtime: 5,
    };
  });
  return {
    ...{ medium: { path, kind: 'folder', entries }, folder: undefined, found: undefined },
    facts: { names: new Set(entries.map((entry) => entry.path)), texts: new Map() },
    ...changes,
  };
}

const paths = (copies: Awaited<ReturnType<typeof planDiscs>>) =>
  copies.map(({ part, left }) => [part.entries.map(({ path }) => path), left.map(({ path }) => path)]);

describe('planDiscs', () => {
  it('a disc into an empty folder is copied whole', async () => {
    expect(paths(await planDiscs(`${folder.path}/none`, [disc('/a', ['d/', 'd/x'])]))).toEqual([
      [['d', 'd/x'], []],
    ]);
  });

  it('of discs that share a folder none takes away what another brought', async () => {
    const copies = await planDiscs(`${folder.path}/none`, [
      disc('/a', ['d/', 'd/x']),
      disc('/b', ['d/', 'd/x', 'd/y']),
    ]);
    expect(paths(copies)[1]).toEqual([['d', 'd/y'], ['d/x']]);
  });

  it('nor what lies there already', async () => {
    await folder.file('d/x', 'text');
    expect(paths(await planDiscs(folder.path, [disc('/a', ['d/', 'd/x', 'd/y'])]))).toEqual([
      [['d', 'd/y'], ['d/x']],
    ]);
  });

  it('a folder on one that is a file on the other is refused by name', async () => {
    await folder.file('d', 'text');
    await expect(planDiscs(folder.path, [disc('/a', ['d/'])])).rejects.toMatchObject({
      ...{ code: 'disc-clash', details: ['  d is a folder on one, and none on the other.'] },
    });
  });

  it('a disc with a folder of its own replaces that alone, where it is the same disc', async () => {
    const own = disc('/a', ['x'], { folder: '1' });
    expect(paths(await planDiscs(folder.path, [own]))).toEqual([[['x'], []]]);
    await folder.file('1/other', 'text');
    await expect(planDiscs(folder.path, [own])).rejects.toMatchObject({ code: 'other-medium' });
  });
});

describe('tellLeft', () => {
  async function told(...names: string[]): Promise<string[]> {
    for (const name of [...names, 'same']) await folder.file(`there/${name}`, 'other');
    const said: string[] = [];
    const say = (kind: string) => (text: string) => void said.push(`${kind}: ${text}`);
    const reporter = { ...silentReporter(), info: say('info'), warn: say('warn') };
    const one = disc('/a', names);
    await tellLeft('/install/x', `${folder.path}/there`, one, one.medium.entries, reporter);
    return said;
  }

  it('says nothing of what tells what a medium is', async () => {
    expect(await told('.treeinfo')).toEqual([]);
  });

  it('names files that are other ones, three of many', async () => {
    expect(await told('a', 'b', 'c', 'd')).toEqual([
      expect.stringMatching(/^info: 4 files of \/a are in \/install\/x already, .*: a, b, c …\.$/),
    ]);
  });

  it('warns where package lists are among them', async () => {
    expect(await told('x/repodata/repomd.xml')).toEqual([
      expect.stringMatching(/^warn: 1 files of .*createrepo/),
    ]);
    expect((await told('dists/jammy/Release'))[0]).toMatch(/^warn/);
  });
});
