import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeNode } from './fake-node.ts';

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
  mkdirSync(join(node.root, 'dracut/modules.d/35network-legacy'), { recursive: true });
});
afterEach(() => node.remove());

/**
 * Calls a function of the module as dracut does, in an image that lacks some programs. Only bash runs dracut.
 */
function call(name: string, options: { lacks?: readonly string[]; environment?: string } = {}) {
  const lacks = (options.lacks ?? []).join('|') || 'nothing';
  return node.run(
    'bash',
    `find_binary() { case $1 in ${lacks}) return 1 ;; esac; }
     derror() { echo "$*" >&2; }
     dracut_need_initqueue() { echo need_initqueue; }
     for f in inst_multiple inst_simple inst_hook inst_libdir_file instmods; do
       eval "$f() { echo \\"$f \\$*\\"; case $f in inst_simple) mkdir -p \\"\\$initdir/\\\${2%/*}\\"; : > \\"\\$initdir/\\$2\\" ;; esac; }"
     done
     moddir=$rootimg_lib dracutbasedir=$NODE/dracut dracutsysrootdir=$NODE/image initdir=$NODE/initrd
     ${options.environment ?? ''}
     . "$moddir/module-setup.sh"
     ${name}`,
  );
}

test('check is content with an image that has what the initrd needs, and only when asked for', () => {
  expect(call('check')).toMatchObject({ status: 255, stderr: '' });
});

test('check names every program that the image lacks', () => {
  expect(call('check', { lacks: ['curl', 'cpio', 'zstd'] })).toMatchObject({
    status: 1,
    stderr: 'rootimg: the image lacks programs that its initrd needs: curl cpio\n',
  });
});

test('depends takes dhclient where dracut and the image have what it needs', () => {
  expect(call('depends').stdout).toBe('network-legacy network url-lib\n');
  expect(call('depends', { lacks: ['arping'] }).stdout).toBe('network-legacy network url-lib\n');
  expect(call('depends', { lacks: ['arping', 'arping2'] }).stdout).toBe('network url-lib\n');
  expect(call('depends', { lacks: ['dhclient'] }).stdout).toBe('network url-lib\n');
});

test('depends leaves the choice to dracut where NetworkManager can make it', () => {
  node.file('image/usr/libexec/nm-initrd-generator', '');
  node.run('bash', 'chmod 755 "$NODE/image/usr/libexec/nm-initrd-generator"');
  expect(call('depends').stdout).toBe('network url-lib\n');
});

test('install brings every part, and the size of the root', () => {
  const { status, stdout } = call('install', { environment: 'ROOTIMG_ROOTLIMIT=3g' });
  expect(status).toBe(0);
  for (const part of [
    'lib',
    'network',
    'status',
    'way',
    'fetch',
    'digest',
    'unpack',
    'layers',
    'fit',
    'attempt',
  ]) {
    expect(stdout).toContain(`inst_simple ${node.root}/lib/rootimg/${part}.sh /lib/rootimg/${part}.sh\n`);
  }
  expect(stdout).toMatch(
    /inst_hook cmdline 20 .*cmdline\.sh\ninst_hook initqueue\/settled 60 .*settled\.sh\ninst_hook pre-pivot/,
  );
  expect(stdout).toContain('need_initqueue');
  expect(readFileSync(join(node.root, 'initrd/lib/rootimg/rootlimit'), 'utf8')).toBe('3g\n');
  expect(readFileSync(join(node.root, 'initrd/lib/rootimg/run/rootimg/report.sh'), 'utf8')).toContain(
    'ROOTIMG-REPORT-BEGIN',
  );
});

test('a key for signed digests comes with openssl, and only then', () => {
  expect(call('install').stdout).not.toContain('openssl');
  const environment = 'ROOTIMG_SUMS_KEY=KEY ROOTIMG_IMAGE=img';
  expect(call('install', { environment }).stdout).toContain('inst_multiple openssl\n');
  expect(readFileSync(join(node.root, 'initrd/lib/rootimg/sums.pem'), 'utf8')).toBe('KEY\n');
  expect(readFileSync(join(node.root, 'initrd/lib/rootimg/image'), 'utf8')).toBe('img\n');
  expect(call('check', { lacks: ['openssl'] }).status).toBe(255);
  expect(call('check', { environment, lacks: ['openssl'] }).stderr).toMatch(/its initrd needs: openssl\n/);
});

test('installkernel asks for file systems whatever runs on the building host', () => {
  const { status, stdout } = call('installkernel');
  expect(stdout).toMatch(/^instmods loop squashfs erofs overlay nfs /);
  expect(status).toBe(0);
});
