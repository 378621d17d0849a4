import { describe, expect, it } from 'vitest';
import {
  groupFacts,
  moduleFacts,
  octal,
  saysOfUnits,
  setuidFacts,
  unitFacts,
  userFacts,
  worldWritableFacts,
} from '../../../../src/inspect/tree/tree-facts.ts';
import type { TreeEntry } from '../../../../src/inspect/tree/tree-listing.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const [regular, directory, link] = [0o100000, 0o040000, 0o120000];
const entry = (mode: number, more: Partial<TreeEntry> = {}): TreeEntry => ({
  ...{ mode, uid: 0, gid: 5, size: 0, mtime: 0, owner: undefined },
  ...more,
});
const listing = (entries: Readonly<Record<string, TreeEntry>>) => new Map(Object.entries(entries));

it('setuid and setgid files, not folders with the bit', () => {
  const found = setuidFacts(
    listing({
      su: entry(regular | 0o4755),
      wall: entry(regular | 0o2755),
      d: entry(directory | 0o2755),
      x: entry(regular | 0o755),
    }),
  );
  expect([...found]).toEqual([
    ['su', '4755 0:5'],
    ['wall', '2755 0:5'],
  ]);
});

it('what everybody may write to, but folders with the sticky bit and links', () => {
  const found = worldWritableFacts(
    listing({
      f: entry(regular | 0o666),
      tmp: entry(directory | 0o1777),
      d: entry(directory | 0o777),
      l: entry(link | 0o777),
    }),
  );
  expect([...found]).toEqual([
    ['f', '0666'],
    ['d', '0777'],
  ]);
});

describe('accounts', () => {
  it('are told by what counts: of two lines of one name the first', async () => {
    await folder.file(
      'etc/passwd',
      '# x\nroot:x:0:0:root:/root:/bin/bash\n\na:x:7:8::/a:/sh\na:x:0:0::/b:/sh\n',
    );
    await folder.file('etc/group', 'root:x:0:\nwheel:x:10:b,a\n');
    const users = withTree(folder.path, userFacts);
    expect(Object.fromEntries(users)).toEqual({
      ...{ root: 'uid 0, gid 0, /root, /bin/bash', a: 'uid 7, gid 8, /a, /sh' },
    });
    const groups = withTree(folder.path, groupFacts);
    expect(Object.fromEntries(groups)).toEqual({ root: 'gid 0', wheel: 'gid 10, a,b' });
  });

  it('are none where there is no file', () => {
    expect(withTree(folder.path, userFacts).size).toBe(0);
  });
});

describe('units', () => {
  it.each([
    ['etc/systemd/system/default.target', true],
    ['etc/systemd/system/a.target.wants/b.service', true],
    ['etc/systemd/system/a.service.d/x.conf', false],
    ['usr/lib/systemd/system/a.service', false],
  ])('%s: %s', (path, expected) => {
    expect(saysOfUnits(path)).toBe(expected);
  });

  it('who wants them, what is masked, what the default is', () => {
    const at = (name: string) => `etc/systemd/system/${name}`;
    const to = (target: string) => entry(link | 0o777, { target });
    const found = unitFacts(
      listing({
        [at('default.target')]: to('/usr/lib/systemd/system/multi-user.target'),
        [at('x.service')]: to('/dev/null'),
        [at('b.target.wants/a.service')]: to('/usr/lib/systemd/system/a.service'),
        [at('a.target.requires/a.service')]: to('/usr/lib/systemd/system/a.service'),
        [at('own.service')]: entry(regular | 0o644),
      }),
    );
    expect(Object.fromEntries(found)).toEqual({
      'default.target': 'multi-user.target',
      'x.service': 'masked',
      'a.service': 'required by a.target, wanted by b.target',
    });
  });
});

it('modules by name with the folder they are in', () => {
  const files = ['kernel/fs/ext4.ko.xz', 'extra/site.ko', 'direct.ko.zst', 'kernel/modules.txt'];
  const paths = files.map((name) => [`usr/lib/modules/5.14/${name}`, entry(regular | 0o644)] as const);
  expect(Object.fromEntries(moduleFacts(new Map(paths)))).toEqual({
    ext4: 'kernel',
    site: 'extra',
    direct: '',
  });
});

it('octal has four digits, without the kind', () => {
  expect([octal(regular | 0o644), octal(0o4755), octal(0)]).toEqual(['0644', '4755', '0000']);
});
