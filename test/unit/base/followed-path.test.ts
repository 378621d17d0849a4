import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { followedPath } from '../../../src/base/followed-path.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);

it('what is no link, or is not there, stays as it was written', async () => {
  await folder.folder('plain');
  for (const path of [at('plain'), at('none'), 'relative/none']) expect(await followedPath(path)).toBe(path);
});

it('follows a chain of relative and absolute links to what need not be there yet', async () => {
  await folder.folder('disk');
  await symlink('second', at('first'));
  await symlink(at('disk/image'), at('second'));
  expect(await followedPath(at('first'))).toBe(at('disk/image'));
});

it('says which link leads nowhere when its disk is not mounted', async () => {
  await symlink('../not-mounted/image', at('link'));
  await expect(followedPath(at('link'))).rejects.toMatchObject({
    code: 'link-dangling',
    message: expect.stringContaining('not-mounted does not exist'),
  });
});

it('links in a circle end as they do for the kernel', async () => {
  await symlink('b', at('a'));
  await symlink('a', at('b'));
  const given = await followedPath(at('a')).catch((error: Error) => error);
  expect([at('a'), at('b')]).toContain(given);
});
