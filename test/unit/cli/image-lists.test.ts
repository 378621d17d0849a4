import { expect, it } from 'vitest';
import { listEntries } from '../../../src/cli/image-lists.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it.each(['rocky9.4', 'debian12'])(
  'gives the entries of otherpkglists of %s without folders',
  async (osvers) => {
    const pkglist = await folder.file('a.pkglist', 'bash\n');
    const otherpkglist = await folder.file('a.otherpkglist', 'agent\nsite/tool\ntools/mpi/openmpi\n');
    const attributes = new Map(Object.entries({ osvers, pkglist, otherpkglist }));
    const entries = await listEntries(
      { cwd: folder.path, env: {} },
      { attributes, origins: new Map() },
      () => {},
    );
    expect(entries.map(({ name, origin }) => `${name}:${origin.line}`)).toEqual([
      'bash:1',
      'agent:1',
      'tool:2',
      'openmpi:3',
    ]);
  },
);
