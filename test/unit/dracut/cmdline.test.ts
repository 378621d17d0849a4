import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, FakeNode } from './fake-node.ts';

const url = 'http://10.0.0.1:80/install/rootimg.cpio.gz';
let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
});
afterEach(() => node.remove());

const say = 'echo "root=$root netroot=$netroot rootok=$rootok"';

describe.each(shells)('the cmdline hook under %s', (shell) => {
  const run = (...parameters: string[]) => {
    node.kernelLine(parameters);
    return node.hook(shell, 'cmdline.sh', say);
  };

  it('leaves a kernel line without imgurl to others', () => {
    expect(run('root=/dev/sda1').stdout).toBe('root= netroot= rootok=\n');
    expect(node.read('etc/cmdline.d/40-rootimg.conf')).toBeUndefined();
  });

  it('takes the root over and makes the main loop wait for it', () => {
    expect(run(`imgurl=${url}`)).toMatchObject({
      status: 0,
      stdout: 'root=rootimg netroot=rootimg rootok=1\n',
      stderr: '',
    });
    expect(node.read('run/initramfs/rootimg/imgurl')).toBe(`${url}\n`);
    expect(node.read('run/initramfs/rootimg/times')).toBe('initrd=100.25\n');
    const condition = node.read('lib/dracut/hooks/initqueue/finished/rootimg.sh') ?? '';
    expect(node.run(shell, condition).status).toBe(1);
    node.file('run/initramfs/rootimg/ready', '');
    expect(node.run(shell, condition).status).toBe(0);
  });

  it.each([
    [[], 'rd.neednet=1 ip=dhcp\n'],
    [['netdev=eth1'], 'rd.neednet=1 ip=eth1:dhcp\n'],
    [['BOOTIF=01-52-54-00-00-00-01'], 'rd.neednet=1 ip=dhcp\n'],
    [['netdev=eth1', 'ip=10.0.0.9::10.0.0.1:255.255.255.0::eth1:none'], 'rd.neednet=1\n'],
  ])('asks dracut for the network with %j', (parameters, conf) => {
    run(`imgurl=${url}`, ...parameters);
    expect(node.read('etc/cmdline.d/40-rootimg.conf')).toBe(conf);
  });

  it('writes a file for systemd-networkd where nothing else brings the network up', () => {
    node.file('usr/lib/systemd/systemd-networkd', '');
    node.run(shell, 'chmod 755 "$NODE/usr/lib/systemd/systemd-networkd"');
    const file = 'run/systemd/network/70-rootimg.network';
    run(`imgurl=${url}`);
    expect(node.read(file)).toMatch(/^\[Match\]\nType=ether\n\n\[Network\]\nDHCP=yes\n/);
    run(`imgurl=${url}`, 'netdev=eth1');
    expect(node.read(file)).toMatch(/^\[Match\]\nName=eth1\n/);
    run(`imgurl=${url}`, 'BOOTIF=01-52-54-00-AB-00-01');
    expect(node.read(file)).toMatch(/^\[Match\]\nMACAddress=52:54:00:ab:00:01\n/);
  });

  it('leaves systemd-networkd alone beside network-legacy', () => {
    node.file('usr/lib/systemd/systemd-networkd', '');
    node.file('sbin/ifup', '');
    node.run(shell, 'chmod 755 "$NODE/usr/lib/systemd/systemd-networkd"');
    run(`imgurl=${url}`);
    expect(node.read('run/systemd/network/70-rootimg.network')).toBeUndefined();
  });

  it.each([
    ['http://10.0.0.1/rootimg.zip', /imgurl=http:\/\/10\.0\.0\.1\/rootimg\.zip: the name must end in/],
    ['ftp://10.0.0.1/rootimg.sfs', /expected http:/],
    ['/install/rootimg.sfs', /expected http:/],
    ['http://', /expected http:/],
  ])('refuses imgurl=%s by name', (bad, message) => {
    expect(run(`imgurl=${bad}`).status).toBe(1);
    expect(node.read('died')).toMatch(message);
    expect(node.read('died')).toMatch(/^rootimg: error: /);
  });

  it('checks every mirror of a list', () => {
    expect(run(`imgurl=${url},https://b/x,y/rootimg.sfs,nfs://c/d/rootimg.tar.zst`).status).toBe(0);
    expect(run(`imgurl=${url},http://b/rootimg.iso`).status).toBe(1);
  });
});

describe.each(shells)('names and addresses under %s', (shell) => {
  const call = (command: string) =>
    node.run(shell, `. "$rootimg_lib/lib.sh"\n. "$rootimg_lib/network.sh"\n${command}`);

  it.each([
    ['http://a/rootimg.sfs', 'squashfs none'],
    ['http://a/rootimg.erofs', 'erofs none'],
    ['http://a/rootimg.cpio.gz', 'cpio gzip'],
    ['http://a/rootimg.cpio.xz', 'cpio xz'],
    ['http://a/rootimg.cpio.zst?x=1', 'cpio zstd'],
    ['http://a/rootimg.tar.gz', 'tar gzip'],
    ['http://a/rootimg.tar.xz', 'tar xz'],
    ['nfs://a/b/rootimg.tar.zst', 'tar zstd'],
  ])('%s is %s', (name, kind) => {
    expect(call(`rootimg_kind '${name}'`).stdout).toBe(`${kind}\n`);
  });

  it('splits mirrors only where a scheme follows', () => {
    expect(call("rootimg_urls 'http://a/x,y.sfs,https://b/z.sfs,nfs://c/d.sfs'").stdout).toBe(
      'http://a/x,y.sfs https://b/z.sfs nfs://c/d.sfs\n',
    );
  });

  it.each(['01-52-54-00-AA-bb-01', '52-54-00-aa-bb-01', '01:52:54:00:aa:bb:01', '52:54:00:AA:BB:01'])(
    'BOOTIF=%s is a hardware address',
    (bootif) => {
      expect(call(`rootimg_bootif_mac '${bootif}'`).stdout).toBe('52:54:00:aa:bb:01\n');
    },
  );
});
