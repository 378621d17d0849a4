import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { debContents } from '../../../../src/packages/deb/deb-contents.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';

test('what a package needs, provides and recommends is read by name, wherever it stands in its field', async () => {
  const root = await mkdtemp(join(tmpdir(), 'rootimg-deb-contents-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'var/lib/dpkg/info'), { recursive: true });
  const status = `Package: curl
Status: install ok installed
Architecture: amd64
Version: 7.88
Pre-Depends: init:any (>= 1)
Depends: libc6 (>= 2.34), libcurl4 (= 7.88),zlib1g:any (>= 1:1.1) | zlib-ng [amd64] , plain
Provides: www-client, fetcher (= 2)
Recommends: ca-certificates
Maintainer: Somebody
Description: x
`;
  await writeFile(join(root, 'var/lib/dpkg/status'), status);
  const [found] = await withTree(root, debContents);
  expect(found).toMatchObject({
    provides: ['curl', 'www-client', 'fetcher'],
    requires: [['init'], ['libc6'], ['libcurl4'], ['zlib1g', 'zlib-ng'], ['plain']],
    recommends: [['ca-certificates']],
  });
});
