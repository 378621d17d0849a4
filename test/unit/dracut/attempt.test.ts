import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNode, longShells } from './fake-node.ts';

const url = 'http://10.0.0.1/rootimg.cpio.gz';
const content = 'packed root';
const sha256 = createHash('sha256').update(content).digest('hex');

let node: FakeNode;

beforeEach(() => {
  node = new FakeNode();
  node.file('run/initramfs/rootimg/imgurl', `${url}\n`);
  node.card('eth0');
  node.online('eth0');
  // Mounting is noted; what is unpacked is a root that is fit to be switched to.
  for (const name of ['mount', 'modprobe']) node.tool(name, `echo "${name} $*" >> "$NODE/calls"`);
  node.tool('umount', 'echo "umount $*" >> "$NODE/calls"; case $1 in */pack) rm -r "$1"; mkdir "$1" ;; esac');
  node.tool('uname', 'echo 6.1.0');
  node.tool(
    'curl',
    `echo "$*" >> "$NODE/curl"
     while [ $# -gt 0 ]; do
       case $1 in --output) out=$2 ;; --dump-header) headers=$2 ;; esac
       shift
     done
     [ -z "$headers" ] || printf 'HTTP/1.1 200 OK\\r\\nETag: "v1"\\r\\n' > "$headers"
     [ -z "$out" ] || exec > "$out"
     printf '%s' '${content}'`,
  );
  node.tool('gzip', 'cat');
  node.tool('pigz', 'cat');
  node.tool('cpio', 'cat > "$NODE/unpacked"; mkdir -p lib/modules/6.1.0 sbin; : > sbin/init');
});
afterEach(() => node.remove());

const state = (name: string) => node.read(`run/initramfs/rootimg/${name}`);

describe.each(longShells)('an attempt under %s', (shell) => {
  const attempt = (...parameters: string[]) => {
    node.kernelLine([`imgurl=${url}`, ...parameters]);
    return node.run(shell, `${shell} "$rootimg_lib/attempt.sh"`);
  };

  it('fetches, checks, unpacks, frees the packed file and says so', () => {
    expect(attempt(`imgsha256=${sha256.toUpperCase()}`)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(node.read('unpacked')).toBe(content);
    expect(state('ready')).toBe('');
    expect(node.log).toMatch(
      /<30>rootimg: downloading http:.*\n<30>rootimg: downloaded 11 bytes\n<30>rootimg: root is ready, cpio\n/,
    );
    const calls = node.read('calls') ?? '';
    expect(calls).toContain(`mount -t tmpfs -o mode=755 rootimg ${node.root}/sysroot`);
    expect(calls).toContain(`umount ${node.root}/run/initramfs/rootimg/pack`);
    for (const step of ['network', 'download', 'downloaded', 'verified', 'root']) {
      expect(state('times')).toMatch(new RegExp(`^${step}=100.25$`, 'm'));
    }
  });

  it('leaves /usr no younger than the stamps of the first boot, as it was packed', () => {
    const old = 'touch -d 2026-01-01 etc/.updated var/.updated';
    node.tool(
      'cpio',
      `cat > /dev/null; mkdir -p usr/lib etc var lib/modules/6.1.0 sbin; echo done > etc/.updated; : > var/.updated; ${old}; : > sbin/init`,
    );
    expect(attempt().status).toBe(0);
    const time = (path: string) => statSync(`${node.root}/sysroot/${path}`).mtimeMs;
    for (const stamp of ['etc/.updated', 'var/.updated'])
      expect(time(stamp)).toBeGreaterThanOrEqual(time('usr'));
    expect(node.read('sysroot/etc/.updated')).toBe('done\n');
  });

  it('gives the size and flags of the kernel line to the tmpfs', () => {
    attempt('rootlimit=4G', 'rootflags=noatime');
    expect(node.read('calls')).toContain('mount -t tmpfs -o mode=755,size=4G,noatime rootimg');
  });

  it('takes the size that the initrd was made with, unless the kernel line has another', () => {
    node.file('lib/rootimg/rootlimit', '50%\n');
    attempt();
    expect(node.read('calls')).toContain('-o mode=755,size=50% ');
  });

  it('never unpacks a file with another digest, says both, and fetches it again later', () => {
    const wrong = '0'.repeat(64);
    expect(attempt(`imgsha256=${wrong}`).status).toBe(1);
    expect(node.read('unpacked')).toBeUndefined();
    expect(node.log).toMatch(
      `rootimg: error: ${url}: sha256 is ${sha256}, but imgsha256= says ${wrong}; next try in `,
    );
    expect(state('pack/image')).toBeUndefined();
    expect(state('ready')).toBeUndefined();
  });

  it('tries again after growing pauses, for ever', () => {
    node.tool('curl', 'echo "curl: (7) Failed to connect to 10.0.0.1" >&2; exit 7');
    const pauses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      node.file('run/initramfs/rootimg/next', '0\n');
      expect(attempt().status).toBe(1);
      pauses.push(Number(/next try in (\d+) s\n$/.exec(node.log)?.[1]));
      node.file('dev/kmsg', '');
    }
    // Twice the least pause at most; the random number of this node is 1.
    expect(pauses).toEqual([2, 3, 5, 9, 17, 33, 33, 33]);
  });

  it('does nothing while a pause lasts', () => {
    node.file('run/initramfs/rootimg/next', '101\n');
    expect(attempt().status).toBe(1);
    expect(node.read('curl')).toBeUndefined();
    expect(node.log).toBe('');
  });

  it('goes to the next mirror after a failure, and through the next interface', () => {
    node.card('eth1');
    node.online('eth0', 'eth1');
    node.tool('curl', 'echo "$*" >> "$NODE/curl"; exit 7');
    node.file('run/initramfs/rootimg/imgurl', 'http://a/r.sfs,http://b/r.sfs\n');
    for (let tries = 0; tries < 3; tries += 1) {
      node.file('run/initramfs/rootimg/next', '0\n');
      attempt();
    }
    const calls = (node.read('curl') ?? '').trim().split('\n');
    // In the order of the node's own; the random number of this node is 1.
    expect(calls.map((call) => / (http:\S*)$/.exec(call)?.[1])).toEqual([
      'http://b/r.sfs',
      'http://a/r.sfs',
      'http://b/r.sfs',
    ]);
    expect(calls.map((call) => /--interface (\S+)/.exec(call)?.[1])).toEqual([undefined, 'eth0', 'eth1']);
  });

  it('counts a try before it may be killed, so that the next one goes to another mirror', () => {
    node.tool('curl', 'cp "$NODE/run/initramfs/rootimg/tries" "$NODE/seen"; exit 7');
    attempt();
    expect(node.read('seen')).toBe('1\n');
  });

  it.each([
    ['', 10240, 60, false],
    ['imgslow=100/5', 102400, 5, false],
    ['imgslow=0/1', 0, 1, false],
    ['imgslow=fast', 10240, 60, true],
    ['imgslow=1/0', 10240, 60, true],
    ['imgslow=1/2/3', 10240, 60, true],
    ['imgslow=010/5', 10240, 60, true],
  ])('takes what is too slow from %j', (word, limit, time, warned) => {
    attempt(word);
    expect(node.read('curl')).toContain(`--speed-limit ${limit} --speed-time ${time} `);
    expect(node.log.includes(`${word}: expected kilobytes a second and seconds like 10/60`)).toBe(warned);
  });

  it('completes a broken transfer of the same file', () => {
    node.file('run/initramfs/rootimg/pack/image', 'packed');
    node.file('run/initramfs/rootimg/pack/image.validator', '"v1"\n');
    attempt(`imgsha256=${sha256}`);
    expect(node.read('curl')).toMatch(/--continue-at 6 --header If-Range: "v1" /);
  });

  it('begins anew when the server has another file', () => {
    node.file('run/initramfs/rootimg/pack/image', 'packed');
    node.file('run/initramfs/rootimg/pack/image.validator', '"v0"\n');
    node.tool('curl', 'exit 33');
    expect(attempt(`imgsha256=${sha256}`).status).toBe(1);
    expect(state('pack/image')).toBeUndefined();
  });

  it('knows that memory was full when the file is not whole though the transfer was', () => {
    node.tool('tee', 'cat; exit 1');
    expect(attempt(`imgsha256=${sha256}`).status).toBe(2);
    expect(state('fatal')).toMatch(/no room for the packed image: 1000 MB free of 2000 MB/);
  });

  it('does not go on with a file that it cannot recognise', () => {
    node.file('run/initramfs/rootimg/pack/image', 'packed');
    attempt(`imgsha256=${sha256}`);
    expect(node.read('curl')).not.toContain('--continue-at');
  });

  it('waits for the network, says after a while why there is none, and has dracut ask again', () => {
    node.online();
    node.card('eth1', '0', '52:54:00:00:00:02');
    node.tool('initqueue', '');
    node.file('sbin/ifup', '');
    node.file('sbin/initqueue', '#!/bin/sh\necho "$*" >> "$NODE/asked"\n');
    node.run(shell, 'chmod 755 "$NODE/sbin/ifup" "$NODE/sbin/initqueue"');
    expect(attempt().status).toBe(1);
    expect(node.log).toBe('');
    node.file('proc/uptime', '121.00 0\n');
    expect(attempt('netdev=eth7').status).toBe(1);
    expect(node.log).toBe(
      '<27>rootimg: warning: no network yet: netdev=eth7 is not there; eth0 has no address, eth1 has no link\n',
    );
    expect(node.read('asked')?.trim().split('\n')).toHaveLength(2);
    expect(node.read('curl')).toBeUndefined();
  });

  it('asks again only through the interface that was named', () => {
    node.online();
    node.card('eth1', '1', '52:54:00:00:00:02');
    node.file('tmp/net.ifaces', '52:54:00:00:00:02\n');
    node.file('sbin/ifup', '');
    node.file('sbin/initqueue', '#!/bin/sh\necho "$*" >> "$NODE/asked"\n');
    node.run(shell, 'chmod 755 "$NODE/sbin/ifup" "$NODE/sbin/initqueue"');
    node.file('run/initramfs/rootimg/offline', '100\n');
    attempt();
    expect(node.read('asked')).toMatch(/^--name ifup-eth1 .* eth1\n$/);
  });

  it('waits for an address that can be used', () => {
    node.online();
    const unready = [
      '2: eth0    inet6 fd00::2/64 scope global tentative',
      '2: eth0    inet6 fd00::3/64 scope global dadfailed tentative',
    ];
    node.tool('ip', `cat "$NODE/addresses"`);
    node.file('addresses', `${unready.join('\n')}\n`);
    expect(attempt().status).toBe(1);
    expect(node.read('curl')).toBeUndefined();
    node.file('addresses', `${unready.join('\n')}\n2: eth0    inet 10.0.2.15/24 scope global eth0\n`);
    expect(attempt().status).toBe(0);
  });

  it('notes each step once, with the memory that could be used', () => {
    node.file('run/initramfs/rootimg/times', 'downloaded=7.00\n');
    attempt(`imgsha256=${sha256}`);
    expect(state('times')).toBe(
      'downloaded=7.00\nnetwork=100.25\ndownload=100.25\nverified=100.25\nunpacked=100.25\nroot=100.25\n',
    );
    expect(state('available')).toMatch(/^(\w+=1024000\n){5}$/);
  });

  it('waits until dracut has set the routes', () => {
    node.file('lib/dracut/hooks/initqueue/setup_net_eth0.sh', '');
    expect(attempt().status).toBe(1);
    expect(node.read('curl')).toBeUndefined();
  });

  it.each([
    [
      'has no modules of this kernel',
      'mkdir -p lib/modules/5.14.0 sbin; : > sbin/init',
      /no \/lib\/modules\/6\.1\.0: it was packed with another kernel/,
    ],
    ['has no init', 'mkdir -p lib/modules/6.1.0', /the image has no \/sbin\/init/],
    [
      'does not fit',
      'echo "cpio: write error: No space left on device" >&2; exit 1',
      /does not fit into memory: 2000 MB in all/,
    ],
  ])('gives up for good on a root that %s', (_, script, reason) => {
    node.tool('cpio', `cat > /dev/null; ${script}`);
    expect(attempt().status).toBe(2);
    expect(state('fatal')).toMatch(reason);
    expect(state('fatal')?.trim().split('\n')).toHaveLength(1);
    expect(state('ready')).toBeUndefined();
  });

  it('notices that the decompressor failed though the archiver did not', () => {
    for (const name of ['gzip', 'pigz']) node.tool(name, 'cat; echo "unexpected end of file" >&2; exit 1');
    expect(attempt().status).toBe(1);
    expect(node.log).toContain('unexpected end of file; next try');
    expect(node.read('calls')).toContain(`umount ${node.root}/sysroot`);
  });

  it('gives up on the right bytes that cannot be unpacked', () => {
    node.tool('cpio', 'cat > /dev/null; echo "cpio: bad magic" >&2; exit 2');
    expect(attempt(`imgsha256=${sha256}`).status).toBe(2);
    expect(state('fatal')).toBe(`rootimg: error: ${url} cannot be unpacked: cpio: bad magic\n`);
  });

  it('names a decompressor that the initrd lacks', () => {
    node.file('run/initramfs/rootimg/imgurl', 'http://a/rootimg.cpio.zst\n');
    const tools = 'sed grep cat rm mkdir wc tr tail sh ls env';
    const { status } = node.run(
      shell,
      `mkdir "$NODE/few"
       for tool in ${tools} ${shell}; do ln -s "$(command -v $tool)" "$NODE/few/$tool"; done
       PATH="$NODE/bin:$NODE/few"
       ${shell} "$rootimg_lib/attempt.sh"`,
    );
    expect(status).toBe(2);
    expect(state('fatal')).toMatch(/zstd is not in this initrd/);
  });

  it('copies the file of an nfs server', () => {
    node.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/install/x/rootimg.cpio.gz\n');
    node.file('run/initramfs/rootimg/nfs/rootimg.cpio.gz', content);
    expect(attempt().status).toBe(0);
    expect(node.read('calls')).toMatch(
      /mount -t nfs -o ro,nolock,nosuid,nodev,soft,timeo=150,retrans=3 10\.0\.0\.1:\/install\/x .*\/nfs\n/,
    );
    expect(node.read('calls')).toMatch(/umount .*\/nfs\n/);
    expect(node.read('unpacked')).toBe(content);
  });

  it('does not complete over http what an nfs server sent', () => {
    node.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/x/rootimg.cpio.gz\n');
    for (const end of ['', '.sum', '.validator']) {
      node.file(`run/initramfs/rootimg/pack/image${end}`, '"v1"\n');
    }
    node.file('run/initramfs/rootimg/nfs/rootimg.cpio.gz', content);
    node.tool('head', 'printf half; echo "head: error reading: Input/output error" >&2; exit 1');
    expect(attempt().status).toBe(1);
    expect(node.log).toContain('head: error reading: Input/output error; next try in');
    expect(state('pack/image.validator')).toBeUndefined();
    expect(state('pack/image.sum')).toBeUndefined();
  });

  it('unpacks an archive without a digest while it comes', () => {
    expect(attempt().status).toBe(0);
    expect(node.read('unpacked')).toBe(content);
    expect(node.read('curl')).not.toContain('--dump-header');
  });

  it('fetches an archive whole after its stream has failed, so that it can be completed', () => {
    node.tool('curl', 'printf half; echo "curl: (18) transfer closed" >&2; exit 18');
    expect(attempt().status).toBe(1);
    expect(node.log).toContain('curl: (18) transfer closed; next try in');
    expect(node.read('calls')).toContain(`umount ${node.root}/sysroot`);
    expect(state('ready')).toBeUndefined();
    node.file('run/initramfs/rootimg/next', '0\n');
    node.tool('curl', 'echo "$*" >> "$NODE/curl"; exit 7');
    attempt();
    expect(node.read('curl')).toContain('--dump-header');
  });

  it('takes the port of an nfs server', () => {
    node.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1:20490/x/rootimg.cpio.gz\n');
    attempt();
    expect(node.read('calls')).toMatch(
      /mount -t nfs -o ro,nolock,nosuid,nodev,soft,timeo=150,retrans=3,port=20490 10\.0\.0\.1:\/x .*\/nfs\n/,
    );
    node.file('run/initramfs/rootimg/imgurl', 'nfs://[fd00::1]/x/rootimg.cpio.gz\n');
    node.run(shell, 'rm -f "$NODE/run/initramfs/rootimg/mirrors" "$NODE/run/initramfs/rootimg/next"');
    attempt();
    expect(node.read('calls')).toMatch(
      /mount -t nfs -o ro,nolock,nosuid,nodev,soft,timeo=150,retrans=3 \[fd00::1\]:\/x /,
    );
  });

  it('puts extended attributes back from the list that came along', () => {
    node.tool('cpio', 'cat > /dev/null; mkdir -p lib/modules/6.1.0 sbin; : > sbin/init; : > .rootimg-xattrs');
    node.tool('setfattr', 'echo "$* in $PWD" > "$NODE/restored"');
    attempt();
    expect(node.read('restored')).toMatch(/--no-dereference --restore=\.rootimg-xattrs in .*\/sysroot\n/);
    expect(node.read('sysroot/.rootimg-xattrs')).toBeUndefined();
  });
});

describe.each(longShells)('a squashfs under %s', (shell) => {
  /** A superblock that says the file system has 8192 bytes. */
  const squashfs = (length: number) => {
    const bytes = Buffer.alloc(length);
    bytes.writeBigUInt64LE(8192n, 40);
    return bytes;
  };
  const attempt = (length: number) => {
    node.kernelLine([]);
    node.file('run/initramfs/rootimg/imgurl', 'http://a/rootimg.sfs\n');
    node.file('served', squashfs(length).toString('latin1'));
    node.tool(
      'curl',
      `while [ $# -gt 0 ]; do case $1 in --dump-header) : > "$2" ;; esac; shift; done
       cat "$NODE/served"`,
    );
    node.tool(
      'mount',
      'echo "mount $*" >> "$NODE/calls"; case $* in *overlay*) mkdir -p "$NODE/sysroot/lib/modules/6.1.0" "$NODE/sysroot/sbin"; : > "$NODE/sysroot/sbin/init" ;; esac',
    );
    return node.run(shell, `${shell} "$rootimg_lib/attempt.sh"`);
  };

  it('lies below a tmpfs', () => {
    expect(attempt(8192).status).toBe(0);
    const base = `${node.root}/run/initramfs/rootimg`;
    const calls = node.read('calls') ?? '';
    expect(calls).toContain(`mount -t squashfs -o ro,loop ${base}/pack/image ${base}/lower`);
    expect(calls).toContain(`mount -t tmpfs -o mode=755 rootimg ${base}/upper`);
    expect(calls).toContain(
      `mount -t overlay -o lowerdir=${base}/lower,upperdir=${base}/upper/data,workdir=${base}/upper/work overlay ${node.root}/sysroot`,
    );
    expect(calls).not.toContain(`umount ${base}/pack`);
  });

  it('is fetched again when it is cut short', () => {
    expect(attempt(4096).status).toBe(1);
    expect(node.log).toContain('the squashfs is cut short; next try');
    expect(node.read('calls')).not.toContain('squashfs -o');
  });
});
