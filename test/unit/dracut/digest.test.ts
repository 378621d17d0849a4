import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, Stage } from './stage.ts';

const content = 'packed root';
const sha256 = createHash('sha256').update(content).digest('hex');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
  stage.file('run/initramfs/rootimg/imgurl', 'http://a/x/rootimg.cpio.gz\n');
  stage.card('eth0');
  stage.online('eth0');
  for (const name of ['mount', 'modprobe']) stage.tool(name, ':');
  stage.tool('umount', 'case $1 in */pack) rm -r "$1"; mkdir "$1" ;; esac');
  stage.tool('uname', 'echo 6.1.0');
  for (const name of ['gzip', 'pigz']) stage.tool(name, 'cat');
  stage.tool('cpio', 'cat > "$STAGE/unpacked"; mkdir -p lib/modules/6.1.0 sbin; : > sbin/init');
  stage.file('served/rootimg.cpio.gz', content);
  stage.tool(
    'curl',
    `while [ $# -gt 1 ]; do case $1 in --output) out=$2 ;; --dump-header) : > "$2" ;; esac; shift; done
     echo "$1" >> "$STAGE/asked"
     [ -e "$STAGE/served/\${1##*/}" ] || { echo "curl: (22) 404" >&2; exit 22; }
     [ -z "$out" ] || exec > "$out"
     cat "$STAGE/served/\${1##*/}"`,
  );
});
afterEach(() => stage.remove());

function sign(text: string, key: KeyObject): void {
  stage.file('served/rootimg.sums', text);
  stage.file('served/rootimg.sums.sig', '');
  const signature = createSign('sha256').update(text).sign(key);
  stage.bytes('served/rootimg.sums.sig', signature);
}
function bringKey(key: KeyObject): void {
  stage.file('lib/rootimg/sums.pem', key.export({ type: 'spki', format: 'pem' }).toString());
}

describe.each(shells)('a signed list of digests under %s', (shell) => {
  const attempt = (sums: string) => {
    stage.kernelLine([`imgsums=${sums}`]);
    return stage.run(shell, `${shell} "$rootimg_lib/attempt.sh"`);
  };

  it.each([
    ['an RSA key', rsa],
    ['a key on a curve', curve],
  ])('is believed when %s signed it', (_, { publicKey, privateKey }) => {
    bringKey(publicKey);
    sign(`${'0'.repeat(64)}  other.sfs\n${sha256} *rootimg.cpio.gz\n`, privateKey);
    expect(attempt('rootimg.sums')).toMatchObject({ status: 0, stderr: '' });
    expect(stage.read('unpacked')).toBe(content);
    expect(stage.read('asked')?.trim().split('\n')).toEqual([
      'http://a/x/rootimg.sums',
      'http://a/x/rootimg.sums.sig',
      'http://a/x/rootimg.cpio.gz',
    ]);
  });

  it('can lie on another server', () => {
    bringKey(rsa.publicKey);
    sign(`${sha256}  rootimg.cpio.gz\n`, rsa.privateKey);
    expect(attempt('https://b/rootimg.sums').status).toBe(0);
    expect(stage.read('asked')).toMatch(/^https:\/\/b\/rootimg\.sums\n/);
  });

  it('comes from the nfs server that has the image', () => {
    stage.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/x/rootimg.cpio.gz\n');
    stage.tool('mount', 'echo "$*" >> "$STAGE/mounts"');
    bringKey(rsa.publicKey);
    sign(`${sha256}  rootimg.cpio.gz\n`, rsa.privateKey);
    stage.run(
      shell,
      'mkdir -p "$rootimg_fs/run/initramfs/rootimg/nfs"; cp served/* run/initramfs/rootimg/nfs',
    );
    expect(attempt('rootimg.sums')).toMatchObject({ status: 0, stderr: '' });
    expect(stage.read('unpacked')).toBe(content);
    expect(stage.read('asked')).toBeUndefined();
    expect(stage.read('mounts')?.match(/^-t nfs -o \S+ 10\.0\.0\.1:\/x /gm)).toHaveLength(3);
  });

  it('is named with its nfs server when it is not there', () => {
    stage.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/x/rootimg.cpio.gz\n');
    bringKey(rsa.publicKey);
    expect(attempt('rootimg.sums').status).toBe(1);
    expect(stage.log).toMatch(/: nfs:\/\/10\.0\.0\.1\/x\/rootimg\.sums: cp: .*No such file.*; next try in/);
  });

  it.each([
    ['another key signed it', `${sha256}  rootimg.cpio.gz\n`, curve.privateKey, /is not signed by the key/],
    [
      'it does not name the image',
      `${sha256}  other.cpio.gz\n`,
      rsa.privateKey,
      /does not name rootimg\.cpio\.gz/,
    ],
    [
      'the image is another',
      `${'1'.repeat(64)}  rootimg.cpio.gz\n`,
      rsa.privateKey,
      /sha256 is .*, but imgsums= says 1{64}/,
    ],
  ])('stops the node when %s', (_, text, key, message) => {
    bringKey(rsa.publicKey);
    sign(text, key);
    expect(attempt('rootimg.sums').status).toBe(1);
    expect(stage.log).toMatch(message);
    expect(stage.log).toMatch(/<27>rootimg: error: .*next try in \d+ s\n$/);
    expect(stage.read('unpacked')).toBeUndefined();
  });

  it('stops the node when it was changed after signing', () => {
    bringKey(rsa.publicKey);
    sign(`${'1'.repeat(64)}  rootimg.cpio.gz\n`, rsa.privateKey);
    stage.file('served/rootimg.sums', `${sha256}  rootimg.cpio.gz\n`);
    expect(attempt('rootimg.sums').status).toBe(1);
    expect(stage.log).toContain('is not signed by the key in this initrd');
    expect(stage.read('asked')).not.toContain('rootimg.cpio.gz');
  });

  it('is named when the server does not have it', () => {
    bringKey(rsa.publicKey);
    expect(attempt('rootimg.sums').status).toBe(1);
    expect(stage.log).toContain('http://a/x/rootimg.sums: curl: (22) 404; next try');
  });
});

describe.each(shells)('what the kernel line asks to be checked under %s', (shell) => {
  const start = (...parameters: string[]) => {
    stage.kernelLine(['imgurl=http://a/rootimg.sfs', ...parameters]);
    return stage.hook(shell, 'cmdline.sh').status;
  };

  it.each(['abc', `${'0'.repeat(63)}g`, '0'.repeat(65)])('imgsha256=%s is refused', (digest) => {
    expect(start(`imgsha256=${digest}`)).toBe(1);
    expect(stage.read('died')).toBe(`rootimg: error: imgsha256=${digest}: expected 64 hexadecimal digits\n`);
  });

  it('imgsums= is refused by an initrd without a key', () => {
    expect(start('imgsums=sums')).toBe(1);
    expect(stage.read('died')).toMatch(/no public key to check it with \(genimage --sumskey\)/);
    bringKey(rsa.publicKey);
    expect(start('imgsums=sums')).toBe(0);
  });
});
