import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleManifestText } from '../../../../src/bundle/bundle-manifest.ts';
import type { BundledFile } from '../../../../src/bundle/read-bundle.ts';
import { planImport } from '../../../../src/cli/bundle/import-plan.ts';
import { digestOf } from '../../../../src/system/file-digest.ts';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'rootimg-import-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

async function bundled(files: Record<string, string>): Promise<Map<string, BundledFile>> {
  const found = new Map<string, BundledFile>();
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, String(found.size));
    await writeFile(path, text);
    found.set(name, { path, isProgram: false, ...(await digestOf(path)) });
  }
  return found;
}

it('keeps a list where this very file lies already, and puts others below the image', async () => {
  const here = join(root, 'here.pkglist');
  await writeFile(here, 'bash\n');
  const columns = new Map(
    Object.entries({
      ...{ imagename: 'x', provmethod: 'netboot', profile: 'compute', osvers: 'rocky9.4', osarch: 'x86_64' },
      ...{ pkglist: `${here},/elsewhere/b.pkglist`, exlist: here.replace('here', 'other'), template: '/t' },
    }),
  );
  const text = bundleManifestText({
    ...{
      columns,
      kernel: '/x/kernel',
      ramdisk: '/x/initrd-stateless.gz',
      rootimg: '/x/rootimg.sfs',
      extra: [],
    },
  });
  const files = await bundled({
    ...{ 'manifest.xml': text, kernel: 'k', 'initrd-stateless.gz': 'i', 'rootimg.sfs': 'r' },
    ...{ 'here.pkglist': 'bash\n', 'b.pkglist': 'vim\n', 'kit1/kit.conf': '' },
  });
  const plan = await planImport(files, { installdir: '/inst', tftpdir: '/tftp' }, undefined);
  expect(Object.fromEntries(plan.object.attributes)).toEqual({
    ...{
      imagetype: 'linux',
      provmethod: 'netboot',
      profile: 'compute',
      osvers: 'rocky9.4',
      osarch: 'x86_64',
    },
    pkglist: `${here},/inst/osimages/x/b.pkglist`,
    rootimgdir: '/inst/netboot/rocky9.4/x86_64/compute',
  });
  expect(plan.lists.map(({ to }) => to)).toEqual(['/inst/osimages/x/b.pkglist']);
  expect(plan.warnings.join('\n')).toMatch(/no digests[^]*exlist[^]*left out[^]*kit1/);
});
