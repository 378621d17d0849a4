import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { libraryFolders, searchPath } from '../../../../../src/pack/select/boot/libraries.ts';
import { wholeImage } from '../../../../../src/pack/select/boot/whole-image.ts';
import { openTree } from '../../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../../lib/folder.ts';

const folder = useFolder();
const usual = ['lib64', 'usr/lib64', 'lib', 'usr/lib', 'usr/local/lib'];

async function folders(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await folder.file(name, text);
  return libraryFolders(wholeImage(openTree(folder.path), new Map()));
}

it('without ld.so.conf only the usual folders', async () => {
  expect(await folders({ 'etc/hosts': '' })).toEqual(usual);
});

it('what ld.so.conf names comes first, its includes in the order of their names', async () => {
  const found = await folders({
    'etc/ld.so.conf': 'include ld.so.conf.d/*.conf\n/opt/a:/opt/b, /opt/c\n',
    'etc/ld.so.conf.d/20-b.conf': '/second\n',
    'etc/ld.so.conf.d/10-a.conf': '/first\ninclude /etc/more.conf\n',
    'etc/ld.so.conf.d/other.txt': '/never\n',
    'etc/more.conf': '/more\n',
  });
  expect(found).toEqual(['/opt/a', '/opt/b', '/opt/c', '/first', '/second', '/more', ...usual]);
});

it('comments name nothing', async () => {
  const text = '# /gone\n/opt/a # /gone\n  #include ld.so.conf.d/*.conf\n';
  const found = await folders({ 'etc/ld.so.conf': text, 'etc/ld.so.conf.d/a.conf': '/gone\n' });
  expect(found).toEqual(['/opt/a', ...usual]);
});

it('files that include each other come to an end', async () => {
  const found = await folders({ 'etc/ld.so.conf': '/a\ninclude ld.so.conf\n' });
  expect(new Set(found)).toEqual(new Set(['/a', ...usual]));
});

it("Debian's folders of an architecture, where lib is a link too", async () => {
  await folder.folder('usr/lib/x86_64-linux-gnu');
  await folder.folder('usr/lib/arm-linux-gnueabihf');
  await folder.folder('usr/lib/python3');
  await symlink('usr/lib', join(folder.path, 'lib'));
  const found = await folders({});
  expect(found).toHaveLength(4 + usual.length);
  expect(found).toEqual(expect.arrayContaining(['lib/x86_64-linux-gnu', 'usr/lib/arm-linux-gnueabihf']));
});

it("a program's own folders come first, $ORIGIN being where it lies", () => {
  const elf = {
    kind: '64',
    interpreter: undefined,
    needed: [],
    runPath: ['$ORIGIN/../lib', '/x/${ORIGIN}', '/opt'],
  };
  expect(searchPath(elf, 'usr/bin/tool', ['usr/lib'])).toEqual([
    ...['/usr/bin/../lib', '/x//usr/bin', '/opt', 'usr/lib'],
  ]);
});
