import { join } from 'node:path';
import { expect, it } from 'vitest';
import { locateInclude, unsetVariables } from '../../../src/resolve/package-include.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const locate = (written: string, variables = {}) =>
  locateInclude(written, at('sub/including'), at('top'), variables);

it('the folder of the including file comes first, then that of the top list', async () => {
  await folder.file('sub/near', 'n');
  await folder.file('far', 'f');
  expect(await locate('near')).toEqual({ path: at('sub/near') });
  expect(await locate('far')).toEqual({ path: at('far') });
  expect(await locate('/abs')).toEqual({ path: '/abs' });
  expect(await locate('none')).toEqual({ path: at('sub/none') });
});

it('warns only where xCAT would take another content', async () => {
  for (const [name, content] of [
    ['sub/a', '1'],
    ['a', '2'],
    ['sub/b', '1'],
    ['b', '1'],
  ] as const)
    await folder.file(name, content);
  expect(await locate('b')).toEqual({ path: at('sub/b') });
  expect((await locate('a')).warning).toBe(
    `'a' is ${at('sub/a')} here, while xCAT would take ${at('a')}, which differs.`,
  );
});

it('fills in variables, and names those that are not set', async () => {
  await folder.file('sub/x86_64.list');
  expect(await locate('${arch}.list', { arch: 'x86_64' })).toEqual({ path: at('sub/x86_64.list') });
  expect(unsetVariables('$a/${b}/$toString', { a: '' })).toEqual(['b', 'toString']);
});
