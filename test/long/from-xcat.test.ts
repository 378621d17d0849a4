import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { makeFakeXcat } from '../integration/definition/fake-xcat.ts';
import { blocksOf } from '../lib/document.ts';
import { executePage, type ManagementNode, managementNode } from '../lib/management-node.ts';

const image = 'rocky9.4-x86_64-netboot-compute';
const lists = '/opt/xcat/share/xcat/netboot/rocky';
let host: ManagementNode;

async function must(line: string): Promise<string> {
  const { status, output } = await host.type(line);
  expect(status, `${line}\n${output}`).toBe(0);
  return output;
}

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  host = await managementNode();
  const fake = await makeFakeXcat();
  const attributes = {
    ...{ imagetype: 'linux', osname: 'Linux', osvers: 'rocky9.4', osarch: 'x86_64', profile: 'compute' },
    ...{ provmethod: 'netboot', permission: '755', pkgdir: sample.pkgdir, addkcmdline: 'console=ttyS0' },
    ...{ pkglist: `${lists}/compute.rocky9.x86_64.pkglist`, exlist: `${lists}/compute.rocky9.exlist` },
    rootimgdir: '/install/netboot/rocky9.4/x86_64/compute',
  };
  const site = { installdir: '/install', tftpdir: '/tftpboot', master: '10.0.0.1', dhcpinterfaces: 'eth1' };
  const state = { osimage: { [image]: attributes }, site: { clustersite: site } };
  await writeFile(join(fake.root, 'state.json'), JSON.stringify(state));
  await mkdir(join(fake.root, 'share/xcat'), { recursive: true });
  await cp('share/xcat/netboot', join(fake.root, 'share/xcat/netboot'), { recursive: true });
  await cp(fake.root, join(host.base, 'xcat'), { recursive: true });
  await fake.remove();
  await must(`cp -a ${host.base}/xcat /opt/xcat`);
  // xCAT's own lists include nothing.
  await host.put(attributes.pkglist, `${sample.pkglist.join('\n')}\n`);
  await must(
    `cd ${process.cwd()} && ${process.execPath} dist/tools/install-system.mjs --prefix /opt/rootimg; cd /root`,
  );
  // As xCAT's profile sets them; our package puts rootimg alone into PATH.
  await must('ln -s /opt/rootimg/bin/rootimg /usr/bin/rootimg');
  await must('export XCATROOT=/opt/xcat PATH=/opt/xcat/bin:$PATH');
  // The image that nodes boot now.
  await must(`mkdir -p ${attributes.rootimgdir}`);
  for (const file of ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz']) {
    await host.put(`${attributes.rootimgdir}/${file}`, `xCAT's ${file}\n`);
  }
});
afterAll(() => host?.leave());

test('every line of docs/from-xcat.md, beside a stand-in for xCAT', async () => {
  const blocks = blocksOf(await readFile('docs/from-xcat.md', 'utf8'));
  expect(blocks.length).toBeGreaterThan(6);
  const entry = '/tftpboot/xcat/xnba/nodes/n1';
  const seen: string[] = [];
  const said = await executePage(host, blocks, async ({ lines }) => {
    const isSwitched = (await host.type(`test -e ${entry}`)).status === 0;
    if (isSwitched) seen.push(`${lines[0]}\n${await must(`cat ${entry}`)}`);
  });
  expect(said).toContain(`cd ${lists}; ./genimage -a x86_64 -o rocky9.4`);
  expect(said).toContain('cd /opt/rootimg/share/xcat/netboot/rocky; ./genimage -a x86_64 -o rocky9.4');
  const [ours = '', theirs = ''] = seen;
  expect(ours).toContain(
    'imgurl=http://10.0.0.1:80//install/netboot/compute-new/rootimg.cpio.gz XCAT=10.0.0.1:3001',
  );
  expect(theirs).toContain(
    'imgurl=http://10.0.0.1:80//install/netboot/rocky9.4/x86_64/compute/rootimg.cpio.gz',
  );
  // Nothing of xCAT's image was touched, and nothing of ours is left.
  const folder = '/install/netboot/rocky9.4/x86_64/compute';
  expect(await must(`ls ${folder}; cat ${folder}/kernel`)).toBe(
    "initrd-stateless.gz\nkernel\nrootimg.cpio.gz\nxCAT's kernel\n",
  );
  expect(await must('ls /install/netboot/compute-new 2>&1 || :')).not.toContain('rootimg.cpio.gz');
  expect(await must('lsdef -t osimage')).toBe(`${image}  (osimage)\n`);
  expect(await must('rootimg lsdef -t osimage')).toBe(`${image}  (osimage)\n`);
});
