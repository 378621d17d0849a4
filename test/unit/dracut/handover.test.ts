import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  stage.file('run/initramfs/rootimg/ready', '');
  stage.run(
    'bash',
    '. "$rootimg_lib/module-setup.sh"; rootimg_prepare_report "$rootimg_lib" "$rootimg_lib/run"',
  );
});
afterEach(() => stage.remove());

describe.each(shells)('the pre-pivot hook under %s', (shell) => {
  const run = (...parameters: string[]) => {
    stage.kernelLine(parameters);
    return stage.hook(shell, 'handover.sh');
  };

  it('hands name servers and leases over', () => {
    stage.file('etc/resolv.conf', 'search a.b\nnameserver 10.0.0.1\n');
    stage.file('tmp/dhclient.eth0.lease', 'lease {}\n');
    stage.file('sysroot/etc/hosts', '');
    stage.file('sysroot/var/lib/dhclient/.keep', '');
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(stage.read('sysroot/etc/resolv.conf')).toBe('search a.b\nnameserver 10.0.0.1\n');
    expect(stage.read('sysroot/var/lib/dhclient/dhclient-eth0.leases')).toBe('lease {}\n');
    expect(stage.read('sysroot/var/lib/dhcp/dhclient.eth0.leases')).toBeUndefined();
    expect(stage.read('run/initramfs/rootimg/times')).toBe('switch=100.25\n');
  });

  it('leaves a resolv.conf alone that somebody in the root manages', () => {
    stage.file('etc/resolv.conf', 'nameserver 10.0.0.1\n');
    stage.file('sysroot/etc/hosts', '');
    stage.run(shell, 'ln -s ../run/stub "$STAGE/sysroot/etc/resolv.conf"; mkdir -p "$STAGE/sysroot/run"');
    run();
    expect(stage.read('sysroot/run/stub')).toBeUndefined();
  });

  it('names the node when nobody else did', () => {
    run('NODE=cn17');
    expect(stage.read('proc/sys/kernel/hostname')).toBe('cn17\n');
    stage.file('proc/sys/kernel/hostname', 'from-dhcp\n');
    run('NODE=cn17');
    expect(stage.read('proc/sys/kernel/hostname')).toBe('from-dhcp\n');
  });

  it('switches SELinux off with one valid line, unless the kernel line wants it', () => {
    const config = '# SELINUX=x\nSELINUX=enforcing\nSELINUXTYPE=targeted\n';
    stage.file('sysroot/etc/selinux/config', config);
    run('selinux=1');
    expect(stage.read('sysroot/etc/selinux/config')).toBe(config);
    run();
    expect(stage.read('sysroot/etc/selinux/config')).toBe(
      '# SELINUX=x\nSELINUXTYPE=targeted\nSELINUX=disabled\n',
    );
  });

  it('leaves SELinux to a root whose files have labels', () => {
    const config = 'SELINUX=enforcing\n';
    stage.file('sysroot/etc/selinux/config', config);
    stage.file('proc/mounts', `overlay ${stage.root}/sysroot overlay rw 0 0\n`);
    stage.tool('getfattr', ':');
    run();
    expect(stage.read('sysroot/etc/selinux/config')).toBe(config);
    stage.tool('getfattr', 'exit 1');
    run();
    expect(stage.read('sysroot/etc/selinux/config')).toBe('SELINUX=disabled\n');
    expect(stage.log).toContain('SELinux is switched off: the files of this root have no labels');
  });

  it('takes the name from the lease of systemd-networkd', () => {
    stage.file('run/systemd/netif/leases/2', 'ADDRESS=10.0.0.9\nHOSTNAME=cn18\n');
    run();
    expect(stage.read('proc/sys/kernel/hostname')).toBe('cn18\n');
  });

  it('does nothing for a root that is not ours', () => {
    stage.run(shell, 'rm "$STAGE/run/initramfs/rootimg/ready"');
    stage.file('etc/resolv.conf', 'nameserver 10.0.0.1\n');
    stage.file('sysroot/etc/hosts', '');
    run('rootimg.report=ttyS1');
    expect(stage.read('sysroot/etc/resolv.conf')).toBeUndefined();
    expect(stage.read('run/systemd/system/rootimg-report.service')).toBeUndefined();
  });

  it('leaves nothing for a report that was not asked for', () => {
    run();
    expect(stage.read('run/rootimg/report.sh')).toBeUndefined();
  });

  it('makes the booted system report', () => {
    run('rootimg.report=/dev/ttyS1');
    expect(stage.read('run/rootimg/report.conf')).toBe('tty=ttyS1\n');
    for (const target of ['multi-user', 'default', 'emergency', 'rescue']) {
      expect(stage.read(`run/systemd/system/${target}.target.wants/rootimg-report.service`)).toMatch(
        /DefaultDependencies=no[\s\S]*Type=simple\nExecStart=\/bin\/sh \/run\/rootimg\/report\.sh/,
      );
    }
    run('rootimg.report=ttyS1', 'rootimg.report-poweroff');
    expect(stage.read('run/rootimg/report.conf')).toBe('tty=ttyS1\npoweroff=yes\n');
  });
});

describe.each(shells)('the report under %s', (shell) => {
  beforeEach(() => {
    stage.file('run/rootimg/report.conf', 'tty=ttyS1\n');
    stage.file('proc/mounts', 'rootfs / rootfs rw 0 0\noverlay / overlay rw 0 0\nproc /proc proc rw 0 0\n');
    stage.file('opt/xcat/xcatinfo', "IMAGENAME='i'\nIMAGEUUID='1b4e'\n");
    stage.file('run/initramfs/rootimg/times', 'initrd=1.50\nroot=9.00\n');
    stage.file('run/initramfs/rootimg/available', 'root=900000\n');
    stage.tool(
      'dmesg',
      `printf '%s\\n' '[    1.000000] one: odd' '[   12.500000] rootimg: warning: ours' '[   13.000000] two'`,
    );
    stage.tool('uname', 'echo 6.1.0');
    stage.tool('sleep', ':');
    stage.tool('poweroff', 'echo "$*" > "$STAGE/off"');
  });

  const systemctl = (version: 'old' | 'new') =>
    stage.tool(
      'systemctl',
      `case $* in
         --help) ${version === 'new' ? 'echo "     --wait"' : ':'} ;;
         'is-system-running --wait') echo degraded ;;
         'list-jobs --no-legend')
           echo x >> "$STAGE/asked"
           [ "$(wc -l < "$STAGE/asked")" -gt 2 ] || echo "12 a.service start running" ;;
         'show '*' default.target') printf 'Id=multi-user.target\\nActiveState=active\\nActiveEnterTimestampMonotonic=21000000\\n' ;;
         'show '*) printf 'SystemState=degraded\\nUserspaceTimestampMonotonic=12000000\\n' ;;
         list-units*) printf 'a.service loaded failed failed A\\nb.mount loaded failed failed B\\n' ;;
       esac`,
    );
  const report = () => {
    const reader = 'cat "$STAGE/dev/ttyS1" & ';
    return stage.run(
      shell,
      `mkfifo "$STAGE/dev/ttyS1"; ${reader} PATH="$PATH" ${shell} "$rootimg_lib/report.sh"; wait`,
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
    expect(stage.read('off')).toBeUndefined();
  });

  it('switches the node off only when it is told to', () => {
    systemctl('new');
    stage.file('run/rootimg/report.conf', 'tty=ttyS1\npoweroff=yes\n');
    report();
    expect(stage.read('off')).toBe('-f\n');
  });
});
