import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shells, FakeNode } from './fake-node.ts';

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
  node.tool('modprobe', 'echo "$*" >> "$NODE/probed"');
  node.tool('uname', 'echo 6.1.0');
});
afterEach(() => node.remove());

describe.each(shells)('what a node cannot do is told before the download under %s', (shell) => {
  const check = (words: string, ...parameters: string[]) => {
    node.kernelLine(parameters);
    node.file('run/initramfs/rootimg/imgurl', `${mirrors}\n`);
    const parts = ['lib', 'way', 'unpack', 'fit'].map((part) => `. "$rootimg_lib/${part}.sh"`).join('\n');
    const script = `rootimg_from=http://a/r.sfs rootimg_packed=$rootimg_run/image\nrootimg_check_fit ${words}`;
    return node.run(shell, `${parts}\n${script}`).status;
  };
  let mirrors = 'http://a/r.sfs';
  beforeEach(() => {
    mirrors = 'http://a/r.sfs';
  });
  const fatal = () => node.read('run/initramfs/rootimg/fatal');

  // 1000 MB free of 2000.
  it.each([
    ['imgneed=200+800', 0],
    ['imgneed=300+701', 2],
    ['imgneed=1001+0', 2],
  ])('%s gives %i', (need, status) => {
    expect(check('cpio gzip', need)).toBe(status);
    expect(node.log).toBe('');
  });

  it.each(['300M+800M', '1+', '+1', 'x', '5000', '1+2+3', '1+-2', '08+1', '1+09', '1 + 2', '1+a[1]'])(
    'imgneed=%s is named and not reckoned with',
    (need) => {
      expect(check('cpio gzip', `imgneed=${need}`)).toBe(0);
      expect(fatal()).toBeUndefined();
      expect(node.log).toBe(
        `<27>rootimg: warning: imgneed=${need}: expected megabytes like 100+800; going on without\n`,
      );
    },
  );

  it('says how much is needed and how much there is', () => {
    check('cpio gzip', 'imgneed=300+701');
    expect(fatal()).toBe(
      'rootimg: error: the image needs 1001 MB (300 packed, 701 unpacked), but this node has 1000 MB free of 2000 MB\n',
    );
  });

  it('knows that a tmpfs takes half of the memory, unless it is told another size', () => {
    node.file('proc/meminfo', 'MemTotal:        2048000 kB\nMemAvailable:    2000000 kB\n');
    expect(check('tar gzip', 'imgneed=10+1200')).toBe(2);
    expect(fatal()).toContain('the unpacked image needs 1200 MB, but its tmpfs takes half of 2000 MB');
    expect(check('tar gzip', 'imgneed=10+1200', 'rootlimit=80%')).toBe(0);
  });

  it('takes what lies idle where the kernel does not tell what is available', () => {
    node.file('proc/meminfo', 'MemTotal:        2048000 kB\nMemFree:    102400 kB\n');
    expect(check('squashfs none', 'imgneed=101+0')).toBe(2);
    expect(check('squashfs none', 'imgneed=100+0')).toBe(0);
  });

  it('counts what an earlier try has already fetched', () => {
    node.bytes('run/initramfs/rootimg/image', Buffer.alloc(5 * 1024 * 1024));
    expect(check('cpio gzip', 'imgneed=305+700')).toBe(0);
  });

  it('leaves a form that it cannot take for that of another mirror', () => {
    mirrors = 'http://a/r.sfs,http://b/r.cpio.gz';
    node.file('proc/filesystems', 'nodev\toverlay\n');
    expect(check('squashfs none')).toBe(1);
    expect(check('cpio nosuchcompressor')).toBe(1);
    expect(fatal()).toBeUndefined();
  });

  it.each(['squashfs', 'erofs'])('names the module that is missing for %s', (kind) => {
    expect(check(`${kind} none`)).toBe(0);
    expect(node.read('probed')).toBe(`--all loop ${kind} overlay\n`);
    node.file('proc/filesystems', `nodev\toverlay\n\tnot${kind}\n`);
    expect(check(`${kind} none`)).toBe(2);
    expect(fatal()).toMatch(
      new RegExp(`this initrd has no module ${kind} for kernel 6\\.1\\.0: make it anew`),
    );
    node.file('proc/filesystems', `\t${kind}\n`);
    expect(check(`${kind} none`)).toBe(2);
    expect(fatal()).toContain('no module overlay');
  });
});

describe.each(shells)('a download that is larger than the memory under %s', (shell) => {
  it.each([
    [63, /the packed image is larger than this node's memory: 1000 MB free of 2000 MB/],
    [23, /this node has no room for the packed image: 1000 MB free of 2000 MB/],
  ])('ends with the cause, curl status %i', (status, message) => {
    node.tool('curl', `echo "$*" > "$NODE/curl"; exit ${status}`);
    const run = node.run(
      shell,
      `for part in lib way fetch; do . "$rootimg_lib/$part.sh"; done
       echo http://a/r.sfs > "$rootimg_run/imgurl"
       rootimg_from=http://a/r.sfs
       rootimg_fetch http://a/r.sfs "$NODE/tmp/image"`,
    );
    expect(run.status).toBe(2);
    expect(node.read('run/initramfs/rootimg/fatal')).toMatch(message);
    expect(node.read('curl')).toContain(`--max-filesize ${1000 * 1024 * 1024} `);
  });
});
