import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/netboot/definition-words.ts';
import { xcatLines, type XcatNode } from '../../lib/xcat-lines.ts';
import { FakeNode, shells } from './fake-node.ts';

const mac = '52:54:00:AA:00:01';
const where: XcatNode = {
  ...{ origin: 'http://10.0.0.1:80', mac, file: 'rootimg.cpio.gz', master: '10.0.0.1' },
  folder: '/install/netboot/rocky9.4/x86_64/compute',
};
let node: FakeNode;
beforeEach(() => void (node = new FakeNode()));
afterEach(() => node.remove());

/** What the parts of the initrd answer one after another: the hook, then what each step asks of the line. */
const ask = `echo "root=$root"
. "$rootimg_lib/network.sh"
. "$rootimg_lib/status.sh"
for rootimg_url in $(rootimg_urls "$imgurl"); do echo "url=$rootimg_url kind=$(rootimg_kind "$rootimg_url")"; done
rootimg_status_exchange() { echo "status=$1:$2 $3"; }
rootimg_status`;

/** However a boot loader writes it. */
const bootif = 'rootimg_bootif_mac "$(getarg BOOTIF=)"';

describe.each(shells)("xCAT's kernel lines under %s", (shell) => {
  it.each(xcatLines)('$from', ({ line, network }) => {
    const words = splitWords(line(where));
    node.kernelLine(words);
    const { status, stdout, stderr } = node.hook(shell, 'cmdline.sh', ask);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const url = words[0]?.replace('imgurl=', '');
    const report = words.includes('nonodestatus') ? '' : 'status=10.0.0.1:3002 netbooting\n';
    expect(stdout).toBe(`root=rootimg\nurl=${url} kind=cpio gzip\n${report}`);
    expect(node.read('run/initramfs/rootimg/imgurl')).toBe(`${url}\n`);
    expect(node.read('etc/cmdline.d/40-rootimg.conf')).toBe(`rd.neednet=1 ${network}\n`);
    expect(node.log).toBe('');
    if (!line(where).includes('BOOTIF=')) return;
    expect(node.hook(shell, 'network.sh', bootif).stdout).toBe(`${mac.toLowerCase()}\n`);
  });

  it.each([
    ['http://10.0.0.1:80', 'rootimg.cpio.gz', 'cpio gzip'],
    ['https://10.0.0.1:443', 'rootimg.cpio.xz', 'cpio xz'],
    ['https://mgmt.cluster:8443', 'rootimg.tar.gz', 'tar gzip'],
    ['http://mgmt', 'rootimg.tar.xz', 'tar xz'],
    ['http://[fd00::1]:80', 'rootimg.sfs', 'squashfs none'],
    ['http://10.0.0.1:8080', 'rootimg.gz', 'cpio gzip'],
  ])('imgurl=%s/…/%s', (origin, file, kind) => {
    node.kernelLine(splitWords(xcatLines[0]?.line({ ...where, origin, file }) ?? ''));
    const { stdout } = node.hook(shell, 'cmdline.sh', ask);
    expect(stdout).toContain(`url=${origin}/${where.folder}/${file} kind=${kind}\n`);
  });

  it('a torrent, which xCAT can name too, is refused by name', () => {
    node.kernelLine(splitWords(xcatLines[0]?.line({ ...where, file: 'rootimg.cpio.gz.metainfo' }) ?? ''));
    expect(node.hook(shell, 'cmdline.sh').status).toBe(1);
    expect(node.read('died')).toMatch(/rootimg\.cpio\.gz\.metainfo: the name must end in/);
  });
});
