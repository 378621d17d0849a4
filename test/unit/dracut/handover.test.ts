import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNode, longShells } from './fake-node.ts';

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
  node.file('run/initramfs/rootimg/ready', '');
  node.run(
    'bash',
    '. "$rootimg_lib/module-setup.sh"; rootimg_prepare_report "$rootimg_lib" "$rootimg_lib/run"',
  );
});
afterEach(() => node.remove());

describe.each(longShells)('the pre-pivot hook under %s', (shell) => {
  const run = (...parameters: string[]) => {
    node.kernelLine(parameters);
    return node.hook(shell, 'handover.sh');
  };

  it('hands name servers and leases over', () => {
    node.file('etc/resolv.conf', 'search a.b\nnameserver 10.0.0.1\n');
    node.file('tmp/dhclient.eth0.lease', 'lease {}\n');
    node.file('sysroot/etc/hosts', '');
    node.file('sysroot/var/lib/dhclient/.keep', '');
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(node.read('sysroot/etc/resolv.conf')).toBe('search a.b\nnameserver 10.0.0.1\n');
    expect(node.read('sysroot/var/lib/dhclient/dhclient-eth0.leases')).toBe('lease {}\n');
    expect(node.read('sysroot/var/lib/dhcp/dhclient.eth0.leases')).toBeUndefined();
    expect(node.read('run/initramfs/rootimg/times')).toBe('switch=100.25\n');
  });

  it('tells what the node runs', () => {
    node.file('sysroot/opt/xcat/xcatinfo', "IMAGENAME='compute'\nIMAGEUUID='7f43d508'\nTIMESTAMP='x'\n");
    node.file('rootimg.id', 'initrd=aa\nkernel=bb\n');
    node.file('run/initramfs/rootimg/sha256', 'cc\n');
    node.file('proc/sys/kernel/osrelease', '5.14.0-427.el9.x86_64\n');
    node.file('proc/cmdline', 'imgurl=http://a/b.sfs  quiet x="a b" y=\\\\1');
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(node.read('run/rootimg/booted')?.split('\n')).toEqual([
      ...['image=compute', 'uuid=7f43d508', 'initrd=aa', 'kernel=bb', 'root=cc'],
      ...['release=5.14.0-427.el9.x86_64', 'line=imgurl=http://a/b.sfs  quiet x="a b" y=\\\\1', ''],
    ]);
  });

  it('tells what it knows where nothing says which image this is', () => {
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(node.read('run/rootimg/booted')).toBe('');
  });

  const netplan = 'sysroot/etc/netplan/90-xcat-eth0.yaml';
  const interfaces = 'sysroot/etc/network/interfaces.d/xcat-eth0';
  const withLease = () => {
    node.file('sys/class/net/eth0/address', '');
    node.file('sys/class/net/eth1/address', '');
    node.tool('ip', 'case $* in *eth0*dynamic*) echo "2: eth0 inet 10.0.0.9/24 dynamic";; esac');
  };
  const withPrograms = (...paths: readonly string[]) => {
    for (const path of paths) node.file(`sysroot/${path}`, '');
    node.run(shell, `cd "$NODE/sysroot" && chmod 755 ${paths.join(' ')}`);
  };

  it('tells netplan to keep the address that ends, unless the image says how cards come up', () => {
    withLease();
    withPrograms('usr/sbin/netplan');
    node.file('sysroot/etc/netplan/80-xcat-eth1.yaml', '');
    expect(run()).toMatchObject({ status: 0, stderr: '' });
    expect(node.read(netplan)).toContain('    "eth0":\n      dhcp4: true\n');
    expect(node.read('sysroot/etc/netplan/90-xcat-eth1.yaml')).toBeUndefined();
    node.run(shell, 'rm "$NODE/sysroot/etc/netplan/90-xcat-eth0.yaml"');
    node.file('sysroot/etc/netplan/01-site.yaml', 'network: {}');
    run();
    expect(node.read(netplan)).toBeUndefined();
  });

  it.each(['iface eth0 inet manual\n', '  auto  eth0\n', 'allow-hotplug /e*\n'])(
    "tells ifupdown, but leaves a card that has '%s'",
    (line) => {
      withLease();
      withPrograms('sbin/ifup', 'sbin/dhclient');
      node.file(
        'sysroot/etc/network/interfaces',
        'source /etc/network/interfaces.d/*\n# iface eth0 inet dhcp\n',
      );
      node.file('sysroot/etc/network/interfaces.d/other', 'iface eth00 inet dhcp\n');
      expect(run()).toMatchObject({ status: 0, stderr: '' });
      expect(node.read(interfaces)).toBe('allow-hotplug eth0\niface eth0 inet dhcp\n');
      node.run(shell, 'rm "$NODE/sysroot/etc/network/interfaces.d/xcat-eth0"');
      node.file('sysroot/etc/network/interfaces.d/site', line);
      run();
      expect(node.read(interfaces)).toBeUndefined();
    },
  );

  it('leaves the card to NetworkManager, and to a root without a DHCP client', () => {
    withLease();
    withPrograms('sbin/ifup');
    node.file('sysroot/etc/network/interfaces.d/.keep', '');
    run();
    expect(node.read(interfaces)).toBeUndefined();
    withPrograms('sbin/dhclient', 'usr/sbin/NetworkManager');
    run();
    expect(node.read(interfaces)).toBeUndefined();
  });

  it('leaves a resolv.conf alone that somebody in the root manages', () => {
    node.file('etc/resolv.conf', 'nameserver 10.0.0.1\n');
    node.file('sysroot/etc/hosts', '');
    node.run(shell, 'ln -s ../run/stub "$NODE/sysroot/etc/resolv.conf"; mkdir -p "$NODE/sysroot/run"');
    run();
    expect(node.read('sysroot/run/stub')).toBeUndefined();
  });

  it('names the node when nobody else did', () => {
    run('NODE=cn17');
    expect(node.read('proc/sys/kernel/hostname')).toBe('cn17\n');
    node.file('proc/sys/kernel/hostname', 'from-dhcp\n');
    run('NODE=cn17');
    expect(node.read('proc/sys/kernel/hostname')).toBe('from-dhcp\n');
  });

  it('switches SELinux off with one valid line, unless the kernel line wants it', () => {
    const config = '# SELINUX=x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n';
    node.file('sysroot/etc/selinux/config', config);
    run('selinux=1');
    expect(node.read('sysroot/etc/selinux/config')).toBe(config);
    run();
    expect(node.read('sysroot/etc/selinux/config')).toBe(
      '# SELINUX=x\nSELINUXTYPE=targeted\nSELINUX=disabled\n',
    );
  });

  it('leaves SELinux to a root whose files have labels', () => {
    const config = 'SELINUX=enforcing\n';
    node.file('sysroot/etc/selinux/config', config);
    node.file('proc/mounts', `overlay ${node.root}/sysroot overlay rw 0 0\n`);
    node.tool('getfattr', ':');
    run();
    expect(node.read('sysroot/etc/selinux/config')).toBe(config);
    node.tool('getfattr', 'exit 1');
    run();
    expect(node.read('sysroot/etc/selinux/config')).toBe('SELINUX=disabled\n');
    expect(node.log).toContain('SELinux is switched off: the files of this root have no labels');
  });

  it('takes the name from the lease of systemd-networkd', () => {
    node.file('run/systemd/netif/leases/2', 'ADDRESS=10.0.0.9\nHOSTNAME=cn18\n');
    run();
    expect(node.read('proc/sys/kernel/hostname')).toBe('cn18\n');
  });

  it('does nothing for a root that is not ours', () => {
    node.run(shell, 'rm "$NODE/run/initramfs/rootimg/ready"');
    node.file('etc/resolv.conf', 'nameserver 10.0.0.1\n');
    node.file('sysroot/etc/hosts', '');
    run('rootimg.report=ttyS1');
    expect(node.read('sysroot/etc/resolv.conf')).toBeUndefined();
    expect(node.read('run/systemd/system/rootimg-report.service')).toBeUndefined();
  });

  it('leaves nothing for a report that was not asked for', () => {
    run();
    expect(node.read('run/rootimg/report.sh')).toBeUndefined();
  });

  it('makes the booted system report', () => {
    run('rootimg.report=/dev/ttyS1');
    expect(node.read('run/rootimg/report.conf')).toBe('tty=ttyS1\n');
    for (const target of ['multi-user', 'default', 'emergency', 'rescue']) {
      expect(node.read(`run/systemd/system/${target}.target.wants/rootimg-report.service`)).toMatch(
        /DefaultDependencies=no[\s\S]*Type=simple\nExecStart=\/bin\/sh \/run\/rootimg\/report\.sh/,
      );
    }
    run('rootimg.report=ttyS1', 'rootimg.report-poweroff');
    expect(node.read('run/rootimg/report.conf')).toBe('tty=ttyS1\npoweroff=yes\n');
  });
});

describe.each(longShells)('the report under %s', (shell) => {
  beforeEach(() => {
    node.file('run/rootimg/report.conf', 'tty=ttyS1\n');
    node.file('proc/mounts', 'rootfs / rootfs rw 0 0\noverlay / overlay rw 0 0\nproc /proc proc rw 0 0\n');
    node.file('opt/xcat/xcatinfo', "IMAGENAME='i'\nIMAGEUUID='1b4e'\n");
    node.file('run/initramfs/rootimg/times', 'initrd=1.50\nroot=9.00\n');
    node.file('run/initramfs/rootimg/available', 'root=900000\n');
    node.tool(
      'dmesg',
      `printf '%s\\n' '[    1.000000] one: odd' '[   12.500000] rootimg: warning: ours' '[   13.000000] two'`,
    );
    node.tool('uname', 'echo 6.1.0');
    node.tool('sleep', ':');
    node.tool('poweroff', 'echo "$*" > "$NODE/off"');
  });

  const systemctl = (version: 'old' | 'new') =>
    node.tool(
      'systemctl',
      `case $* in
         --help) ${version === 'new' ? 'echo "     --wait"' : ':'} ;;
         'is-system-running --wait') echo degraded ;;
         'list-jobs --no-legend')
           echo x >> "$NODE/asked"
           [ "$(wc -l < "$NODE/asked")" -gt 2 ] || echo "12 a.service start running" ;;
         'show '*' default.target') printf 'Id=multi-user.target\\nActiveState=active\\nActiveEnterTimestampMonotonic=21000000\\n' ;;
         'show '*) printf 'SystemState=degraded\\nUserspaceTimestampMonotonic=12000000\\n' ;;
         list-units*) printf 'a.service loaded failed failed A\\nb.mount loaded failed failed B\\n' ;;
       esac`,
    );
  const report = () => {
    const reader = 'cat "$NODE/dev/ttyS1" & ';
    return node.run(
      shell,
      `mkfifo "$NODE/dev/ttyS1"; ${reader} PATH="$PATH" ${shell} "$rootimg_lib/report.sh"; wait`,
    );
  };

  it.each(['old', 'new'] as const)('says with an %s systemd how the node came up', (version) => {
    systemctl(version);
    expect(report().stdout).toBe(
      `ROOTIMG-REPORT-BEGIN 1
target=multi-user.target
target-state=active
target-microseconds=21000000
state=degraded
userspace-microseconds=12000000
failed=a.service b.mount 
root=overlay
uuid=1b4e
kernel=6.1.0
memory-total=2048000
memory-available=1024000
memory-used=1024000
uptime=100.25
at-initrd=1.50
at-root=9.00
available-root=900000
kernel-warning=one: odd
kernel-warning=two
ROOTIMG-REPORT-END
`,
    );
    expect(node.read('off')).toBeUndefined();
  });

  it('switches the node off only when it is told to', () => {
    systemctl('new');
    node.file('run/rootimg/report.conf', 'tty=ttyS1\npoweroff=yes\n');
    report();
    expect(node.read('off')).toBe('-f\n');
  });
});
