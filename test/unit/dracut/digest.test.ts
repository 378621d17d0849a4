import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedListText } from '../../../src/plan/signed-list.ts';
import { shells, FakeNode } from './fake-node.ts';

const content = 'packed root';
const sha256 = createHash('sha256').update(content).digest('hex');
const pack = {
  ...{ file: 'rootimg.cpio.gz', sha256, size: content.length, finished: '2024-01-01T00:00:00Z' },
  generation: 7,
};
/** The list of this image, with other facts where the test wants them. */
const list = (other: Partial<typeof pack> = {}, image = 'img') =>
  signedListText(image, { ...pack, ...other });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
  node.file('run/initramfs/rootimg/imgurl', 'http://a/x/rootimg.cpio.gz\n');
  node.card('eth0');
  node.online('eth0');
  for (const name of ['mount', 'modprobe']) node.tool(name, ':');
  node.tool('umount', 'case $1 in */pack) rm -r "$1"; mkdir "$1" ;; esac');
  node.tool('uname', 'echo 6.1.0');
  for (const name of ['gzip', 'pigz']) node.tool(name, 'cat');
  node.tool('cpio', 'cat > "$NODE/unpacked"; mkdir -p lib/modules/6.1.0 sbin; : > sbin/init');
  node.file('served/rootimg.cpio.gz', content);
  node.tool(
    'curl',
    `while [ $# -gt 1 ]; do case $1 in --output) out=$2 ;; --dump-header) : > "$2" ;; esac; shift; done
     echo "$1" >> "$NODE/asked"
     [ -e "$NODE/served/\${1##*/}" ] || { echo "curl: (22) 404" >&2; exit 22; }
     [ -z "$out" ] || exec > "$out"
     cat "$NODE/served/\${1##*/}"`,
  );
});
afterEach(() => node.remove());

function sign(text: string, key: KeyObject): void {
  node.file('served/rootimg.sums', text);
  node.file('served/rootimg.sums.sig', '');
  const signature = createSign('sha256').update(text).sign(key);
  node.bytes('served/rootimg.sums.sig', signature);
}
function bringKey(key: KeyObject): void {
  node.file('lib/rootimg/sums.pem', key.export({ type: 'spki', format: 'pem' }).toString());
  node.file('lib/rootimg/image', 'img\n');
}

describe.each(shells)('a signed list of digests under %s', (shell) => {
  const attempt = (...parameters: string[]) => {
    node.kernelLine(parameters);
    return node.run(shell, `${shell} "$rootimg_lib/attempt.sh"`);
  };

  it.each([
    ['an RSA key', rsa],
    ['a key on a curve', curve],
  ])('is believed when %s signed it', (_, { publicKey, privateKey }) => {
    bringKey(publicKey);
    sign(list({ sha256: '0'.repeat(64), file: 'other.sfs' }) + `${sha256} *rootimg.cpio.gz\n`, privateKey);
    expect(attempt('imgsums=rootimg.sums')).toMatchObject({ status: 0, stderr: '' });
    expect(node.read('unpacked')).toBe(content);
    expect(node.log).toContain('rootimg: signed: generation 7 of img, packed 2024-01-01T00:00:00Z\n');
    expect(node.read('asked')?.trim().split('\n')).toEqual([
      'http://a/x/rootimg.sums',
      'http://a/x/rootimg.sums.sig',
      'http://a/x/rootimg.cpio.gz',
    ]);
  });

  it('of today is read by initrds from before lists named an image', () => {
    node.file('sums', list());
    const old = `while read -r digest word; do [ "\${word#\\*}" = rootimg.cpio.gz ] && echo "$digest"; done < sums`;
    expect(node.run(shell, old).stdout).toBe(`${sha256}\n`);
  });

  it('can lie on another server', () => {
    bringKey(rsa.publicKey);
    sign(list(), rsa.privateKey);
    expect(attempt('imgsums=https://b/rootimg.sums').status).toBe(0);
    expect(node.read('asked')).toMatch(/^https:\/\/b\/rootimg\.sums\n/);
  });

  it('comes from the nfs server that has the image', () => {
    node.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/x/rootimg.cpio.gz\n');
    node.tool('mount', 'echo "$*" >> "$NODE/mounts"');
    bringKey(rsa.publicKey);
    sign(list(), rsa.privateKey);
    node.run(
      shell,
      'mkdir -p "$rootimg_fs/run/initramfs/rootimg/nfs"; cp served/* run/initramfs/rootimg/nfs',
    );
    expect(attempt('imgsums=rootimg.sums')).toMatchObject({ status: 0, stderr: '' });
    expect(node.read('unpacked')).toBe(content);
    expect(node.read('asked')).toBeUndefined();
    expect(node.read('mounts')?.match(/^-t nfs -o \S+ 10\.0\.0\.1:\/x /gm)).toHaveLength(3);
  });

  it('is named with its nfs server when it is not there', () => {
    node.file('run/initramfs/rootimg/imgurl', 'nfs://10.0.0.1/x/rootimg.cpio.gz\n');
    bringKey(rsa.publicKey);
    expect(attempt('imgsums=rootimg.sums').status).toBe(1);
    expect(node.log).toMatch(
      /: nfs:\/\/10\.0\.0\.1\/x\/rootimg\.sums: there is no file rootimg\.sums; next try in/,
    );
  });

  it.each([
    ['another key signed it', list(), curve.privateKey, /is not signed by the key in this initrd/],
    [
      'it does not name the image',
      list({ file: 'other.cpio.gz' }),
      rsa.privateKey,
      /does not name rootimg\.cpio\.gz/,
    ],
    [
      'it says another digest',
      list({ sha256: '1'.repeat(64) }),
      rsa.privateKey,
      /sha256 is .*, but .* says 1{64}/,
    ],
    ['it has half a digest', list({ sha256: 'abc' }), rsa.privateKey, /does not name rootimg/],
    [
      'it is that of another image',
      list({}, 'other'),
      rsa.privateKey,
      /signed for the image other, but .* that of img/,
    ],
    [
      'it is of the old form',
      `${sha256}  rootimg.cpio.gz\n`,
      rsa.privateKey,
      /old form, .*rootimg sign img\)/,
    ],
    [
      'it is of a later form',
      list().replace('list 2', 'list 3'),
      rsa.privateKey,
      /'signed list 3', which .* not know/,
    ],
    ['it has no size', list().replace(/^# size.*$/m, ''), rsa.privateKey, /does not tell the size/],
    [
      'the image is larger than it says',
      list({ size: 10 }),
      rsa.privateKey,
      /more than the 10 bytes that .*sums says/,
    ],
  ])('stops the node when %s', (_, text, key, message) => {
    bringKey(rsa.publicKey);
    sign(text, key);
    expect(attempt('imgsums=rootimg.sums').status).toBe(1);
    expect(node.log).toMatch(message);
    expect(node.log).toMatch(/<27>rootimg: (error|warning): .*next try in \d+ s\n$/);
    expect(node.read('unpacked')).toBeUndefined();
  });

  it('stops the node when it was changed after signing', () => {
    bringKey(rsa.publicKey);
    sign(list({ sha256: '1'.repeat(64) }), rsa.privateKey);
    node.file('served/rootimg.sums', list());
    expect(attempt('imgsums=rootimg.sums').status).toBe(1);
    expect(node.log).toContain('is not signed by the key in this initrd');
    expect(node.read('asked')).not.toContain('rootimg.cpio.gz');
  });

  it('is fetched beside the image when the kernel line names none, and imgsha256= does not do instead', () => {
    bringKey(rsa.publicKey);
    sign(list(), rsa.privateKey);
    expect(attempt(`imgsha256=${sha256}`)).toMatchObject({ status: 0, stderr: '' });
    expect(node.read('asked')).toMatch(/^http:\/\/a\/x\/rootimg\.sums\n/);
  });

  it('outweighs what imgsha256= says', () => {
    bringKey(rsa.publicKey);
    sign(list(), rsa.privateKey);
    expect(attempt(`imgsha256=${'1'.repeat(64)}`).status).toBe(1);
    expect(node.log).toMatch(/imgsha256= says 1{64}, but http:\/\/a\/x\/rootimg\.sums says /);
    expect(node.read('asked')).not.toContain('cpio');
  });

  it.each([
    ['6', 0],
    ['7', 0],
    ['8', 1],
    ['10', 1],
  ])('of generation 7 with imgmin=%s gives %i', (minimum, status) => {
    bringKey(rsa.publicKey);
    sign(list(), rsa.privateKey);
    expect(attempt(`imgmin=${minimum}`).status).toBe(status);
    if (status !== 0)
      expect(node.log).toContain(`generation 7, but imgmin= asks for ${minimum} or a later one`);
  });

  it.each(['', '-1', '1e9', '9'.repeat(30), '08'])(
    'with the generation %j is older than any imgmin=',
    (generation) => {
      bringKey(rsa.publicKey);
      sign(list().replace(/^# generation.*$/m, `# generation ${generation}`), rsa.privateKey);
      expect(attempt('imgmin=1').status).toBe(1);
      expect(node.log).toMatch(/but imgmin= asks for 1 or a later one/);
    },
  );

  it('that never ends is given up', () => {
    bringKey(rsa.publicKey);
    node.tool('curl', 'cat /dev/zero; exit 23');
    expect(attempt().status).toBe(1);
    expect(node.log).toContain('http://a/x/rootimg.sums: more than 65536 bytes; next try');
  });

  it('is named when the server does not have it', () => {
    bringKey(rsa.publicKey);
    expect(attempt('imgsums=rootimg.sums').status).toBe(1);
    expect(node.log).toContain('http://a/x/rootimg.sums: curl: (22) 404; next try');
  });
});

describe.each(shells)('what the kernel line asks to be checked under %s', (shell) => {
  const start = (...parameters: string[]) => {
    node.kernelLine(['imgurl=http://a/rootimg.sfs', ...parameters]);
    return node.hook(shell, 'cmdline.sh').status;
  };

  it.each(['abc', `${'0'.repeat(63)}g`, '0'.repeat(65)])('imgsha256=%s is refused', (digest) => {
    expect(start(`imgsha256=${digest}`)).toBe(1);
    expect(node.read('died')).toBe(`rootimg: error: imgsha256=${digest}: expected 64 hexadecimal digits\n`);
  });

  it.each(['imgsums=sums', 'imgmin=3'])('%s is refused by an initrd without a key', (word) => {
    expect(start(word)).toBe(1);
    expect(node.read('died')).toMatch(/no public key to check it with \(genimage --sumskey\)/);
    bringKey(rsa.publicKey);
    expect(start(word)).toBe(0);
  });

  it.each(['x', '-1', '3+1', '9'.repeat(16)])('imgmin=%s is refused', (minimum) => {
    bringKey(rsa.publicKey);
    expect(start(`imgmin=${minimum}`)).toBe(1);
    expect(node.read('died')).toBe(
      `rootimg: error: imgmin=${minimum}: expected the number of a generation\n`,
    );
  });

  it('an initrd with a key boots nothing else', () => {
    node.kernelLine(['root=nfs:10.0.0.1:/x']);
    expect(node.hook(shell, 'cmdline.sh').status).toBe(0);
    bringKey(rsa.publicKey);
    expect(node.hook(shell, 'cmdline.sh').status).toBe(1);
    expect(node.read('died')).toContain('imgurl= is missing: this initrd boots signed images only');
  });
});
