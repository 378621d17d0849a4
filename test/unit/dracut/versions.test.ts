import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNode } from './fake-node.ts';

/**
 * Stubs: what the dracut of a release has and calls, written down from its sources. Nothing of these releases
 * runs here; only dracut 059 is booted for real, by the tests in test/e2e.
 */
const releases = [
  {
    release: '033 (EL 7)',
    modules: ['40network', '45url-lib'],
    hookdir: 'lib/dracut/hooks',
    ifup: true,
    depends: 'network url-lib\n',
    asks: 'ifup',
  },
  {
    release: '047 (Fedora 27)',
    modules: ['40network', '45url-lib'],
    hookdir: 'lib/dracut/hooks',
    ifup: true,
    depends: 'network url-lib\n',
    asks: 'ifup',
  },
  {
    release: '049 (EL 8), dhclient',
    modules: ['35network-legacy', '35network-manager', '40network', '45url-lib'],
    hookdir: 'lib/dracut/hooks',
    ifup: true,
    depends: 'network-legacy network url-lib\n',
    asks: 'ifup',
  },
  {
    release: '049 (EL 8), NetworkManager',
    modules: ['35network-legacy', '35network-manager', '40network', '45url-lib'],
    hookdir: 'lib/dracut/hooks',
    networkManager: 'hook',
    depends: 'network url-lib\n',
    asks: 'hook',
  },
  {
    release: '057 (EL 9), NetworkManager',
    modules: ['35network-legacy', '35network-manager', '40network', '45url-lib'],
    hookdir: 'lib/dracut/hooks',
    networkManager: 'unit',
    depends: 'network url-lib\n',
    asks: 'unit',
  },
  {
    release: '105 (Fedora 42), NetworkManager',
    modules: ['35network-manager', '40network', '45url-lib'],
    hookdir: 'var/lib/dracut/hooks',
    networkManager: 'unit',
    depends: 'network url-lib\n',
    asks: 'unit',
  },
  {
    release: '105, systemd-networkd',
    modules: ['11systemd-networkd', '40network', '45url-lib'],
    hookdir: 'var/lib/dracut/hooks',
    networkd: true,
    depends: 'network url-lib\n',
    asks: 'nothing',
  },
] as const;

interface Release {
  readonly modules: readonly string[];
  readonly hookdir: string;
  readonly ifup?: boolean;
  readonly networkManager?: 'hook' | 'unit';
  readonly networkd?: boolean;
  readonly depends: string;
  readonly asks: string;
}

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode(['imgurl=http://a/rootimg.sfs']);
});
afterEach(() => node.remove());

function program(path: string): void {
  node.file(path, '#!/bin/sh\necho "${0##*/} $*" >> "$NODE/asked"\n');
  node.run('bash', `chmod 755 "$NODE/${path}"`);
}

/** The image that the initrd is made in, and the initrd itself. */
function arrange(release: Release): void {
  for (const module of release.modules) {
    mkdirSync(join(node.root, 'dracut/modules.d', module), { recursive: true });
  }
  mkdirSync(join(node.root, release.hookdir), { recursive: true });
  const library = node.read('lib/dracut-lib.sh') ?? '';
  node.file('lib/dracut-lib.sh', library.replace('/lib/dracut/hooks', `/${release.hookdir}`));
  node.tool('systemctl', 'echo "systemctl $*" >> "$NODE/asked"');
  if (release.ifup) for (const name of ['ifup', 'initqueue']) program(`sbin/${name}`);
  if (release.networkManager !== undefined) {
    program('image/usr/libexec/nm-initrd-generator');
    program('usr/sbin/NetworkManager');
    node.file('tmp/nm.done', '');
    if (release.networkManager === 'unit') node.file('usr/lib/systemd/system/nm-initrd.service', '');
  }
  if (release.networkd) program('usr/lib/systemd/systemd-networkd');
}

describe.each<Release & { release: string }>(releases)('as a stub, dracut $release', (release) => {
  beforeEach(() => arrange(release));

  it('is asked for the network module that can bring the network up', () => {
    const { stdout } = node.run(
      'bash',
      `find_binary() { return 0; }
       moddir=$rootimg_lib dracutbasedir=$NODE/dracut dracutsysrootdir=$NODE/image
       . "$moddir/module-setup.sh"
       depends`,
    );
    expect(stdout).toBe(release.depends);
  });

  it('waits for the root, wherever its hooks are', () => {
    expect(node.hook('dash', 'cmdline.sh', 'echo "$root $netroot"').stdout).toBe('rootimg rootimg\n');
    expect(node.read(`${release.hookdir}/initqueue/finished/rootimg.sh`)).toContain('/ready ]');
    expect(node.read('etc/cmdline.d/40-rootimg.conf')).toContain('rd.neednet=1 ip=dhcp');
    expect(node.read('run/systemd/network/70-rootimg.network') !== undefined).toBe(release.networkd === true);
  });

  it('is asked again when there is no network yet', () => {
    node.card('eth0', '0');
    node.run('dash', '. "$rootimg_lib/lib.sh"; . "$rootimg_lib/network.sh"; rootimg_ask_again');
    const expected: Record<string, string | undefined> = {
      ifup: `initqueue --name ifup-eth0 --unique --onetime ${node.root}/sbin/ifup eth0\n`,
      unit: 'systemctl restart --no-block nm-initrd.service\n',
    };
    expect(node.read('asked')).toBe(expected[release.asks]);
    // The older hook of NetworkManager runs in each round while this file is not there.
    expect(node.read('tmp/nm.done')).toBeUndefined();
  });
});
