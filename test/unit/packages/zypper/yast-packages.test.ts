import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowYast, readYast } from '../../../../src/packages/zypper/yast-packages.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const one = (name: string, more = '') => `##----
=Pkg: ${name} 1:2.0 3.1 noarch
=Cks: SHA256 abcdef01
+Req:
bash >= 1
-Req:
=Loc: 1 ${name}-2.0-3.1.noarch.rpm${more}
=Siz: 1 2
`;
const names = ['bash', 'bash-doc', 'c++'];

async function write(all: readonly string[], content = 'DATADIR data\nDESCRDIR data/setup\n') {
  await folder.file('content', content);
  const text = `=Ver: 2.0\n${all.map((name) => one(name)).join('')}`;
  await folder.file('data/setup/packages.gz', gzipSync(text));
}

test('name, version, digest and place of each package, where content says that they are', async () => {
  await write(names);
  expect(await readYast(folder.path, new Set(['c++']))).toEqual([
    {
      ...{ name: 'c++', version: '1:2.0-3.1', arch: 'noarch', digest: 'sha256:abcdef01' },
      location: 'data/noarch/c++-2.0-3.1.noarch.rpm',
    },
  ]);
  await folder.file('content', 'LABEL x\n');
  await folder.file('suse/setup/descr/packages', `=Ver: 2.0\n${one('a', ' other')}`);
  const [found] = await readYast(folder.path, new Set(['a']));
  expect(found?.location).toBe('suse/other/a-2.0-3.1.noarch.rpm');
});

test('what is narrowed has exactly what is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(names), fc.subarray(names), async (all, kept) => {
      await write(all);
      await narrowYast(folder.path, ({ name }) => kept.includes(name));
      const left = all.filter((name) => kept.includes(name));
      expect((await readYast(folder.path, new Set(names))).map(({ name }) => name)).toEqual(left);
      expect(await readdir(join(folder.path, 'data/setup'))).toEqual(['packages']);
      expect(await readFile(join(folder.path, 'data/setup/packages'), 'utf8')).toMatch(/^=Ver: 2\.0\n/);
      await rm(join(folder.path, 'data'), { recursive: true });
    }),
    { numRuns: 30 },
  );
});
