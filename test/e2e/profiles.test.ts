import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-profiles-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('the default list of EL 9 resolves whole in the sample repository', async () => {
  const { pkgdir, gpgKeyFile } = await ensureSampleRepository(silentReporter());
  const list = resolve('share/xcat/netboot/rocky/compute.rocky9.x86_64.pkglist');
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: '/', variables: {} });
  const names = passes.flatMap((pass) => pass.install.map((entry) => entry.name));
  const repository = [
    `--repofrompath=sample,file://${pkgdir}`,
    '--repo=sample',
    `--setopt=cachedir=${root}/cache`,
    `--setopt=sample.gpgkey=file://${gpgKeyFile}`,
  ];
  // --assumeno: dnf resolves, shows what it would do, and ends with 1.
  const { stdout, stderr } = await run(
    [
      'dnf',
      '--assumeno',
      '--installroot',
      `${root}/root`,
      '--releasever=9',
      ...repository,
      'install',
      ...names,
    ],
    { okCodes: [1] },
  );
  expect(stderr).not.toMatch(/No match|Unable to find/);
  expect(stdout).toMatch(/^Install +\d+ Packages$/m);
});
