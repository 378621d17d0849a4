import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findHoles } from '../../../../src/pack/formats/tar/find-holes.ts';
import { contentDigest } from '../../../../src/pack/members/content-digest.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();

/** Devices and owners are made by root alone. */
const isRoot = process.getuid?.() === 0;

const script = `mkdir -p etc usr/bin var/log opt/a/b dev; echo a > etc/a; ln etc/a etc/b; ln -s a etc/link
printf 'root:!!:20000::::::\\nbin:*:20000:0::::\\n' > etc/shadow; printf x > usr/bin/x; chmod 755 usr/bin/x
echo l > var/log/l; echo c > etc/ld.so.cache; printf y > opt/a/b/y; ${isRoot ? 'mknod dev/null c 1 3' : 'mkfifo dev/null'}; truncate -s 700000 opt/a/sparse; printf end >> opt/a/sparse`;

/** The digest of a tree that this script makes. */
async function digest(more = '') {
  const tree = await folder.folder(`tree-${Math.random()}`);
  execFileSync('sh', ['-ec', `${script}\n${more}`], { cwd: tree });
  const root = openTree(tree);
  try {
    const { members } = await selectAll(root);
    return await contentDigest(root, members, await findHoles(root, members));
  } finally {
    root.close();
  }
}

/** What is changed by which command, and the one part that is another then. */
type Change = [name: string, command: string, part: string | undefined];

describe('contentDigest', () => {
  it.each([
    ['times', 'touch -d 2001-01-01 etc/a usr/bin/x etc'],
    ['what a build makes anew', 'echo other > var/log/l; echo more > var/log/m; echo c2 > etc/ld.so.cache'],
    ['the day of a password', "sed -i 's/20000/20001/' etc/shadow"],
    ['a file that is not a hole but zeros', 'cp --sparse=never opt/a/sparse s; mv s opt/a/sparse'],
    ['names of one file that are files of their own', 'cp etc/a c; mv c etc/b'],
  ])('%s: the same', async (_, more) => {
    expect(await digest(more)).toEqual(await digest());
  });

  const ofRoot: Change[] = [
    ['an owner', 'chown 5:6 usr/bin/x', 'usr/bin'],
    ['a device', 'rm dev/null; mknod dev/null c 1 5', undefined],
  ];

  it.each<Change>([
    ['a byte', 'printf z > usr/bin/x; touch -r etc/a usr/bin/x', 'usr/bin'],
    ['a mode', 'chmod 700 usr/bin/x', 'usr/bin'],
    ['a link', 'ln -sf b etc/link', 'etc/link'],
    ['a file more', 'echo n > etc/new', 'etc/new'],
    ['an empty folder', 'mkdir opt/a/empty', 'opt/a'],
    [
      'another place in a file of holes',
      'truncate -s 700001 opt/a/sparse; printf end >> opt/a/sparse',
      'opt/a',
    ],
    ['a password', "sed -i 's/!!/secret/' etc/shadow", 'etc/shadow'],
    ...(isRoot ? ofRoot : []),
  ])('%s: another one, in that part alone', async (_, more, part) => {
    const [before, after] = [await digest(), await digest(more)];
    const names = new Set([...Object.keys(before.parts), ...Object.keys(after.parts)]);
    const changed = [...names].filter((name) => before.parts[name] !== after.parts[name]);
    expect(changed).toEqual(part === undefined ? [] : [part]);
    expect(before.sha256 === after.sha256).toBe(part === undefined);
  });

  it('of thousands of parts only the first names are told apart', async () => {
    const { parts } = await digest('for i in $(seq 1 2100); do : > etc/f$i; done');
    expect(Object.keys(parts)).toEqual(['.', 'etc', 'opt', 'usr', 'var']);
    expect((await digest('for i in $(seq 1 2100); do : > f$i; done')).parts).toEqual({});
  });
});
