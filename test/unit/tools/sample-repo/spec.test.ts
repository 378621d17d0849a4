import { describe, expect, it } from 'vitest';
import { kernelRpmVersion, kernelSpec } from '../../../../tools/sample-repo/convert.ts';
import { signArgv } from '../../../../tools/sample-repo/keys.ts';
import { filesLine, renderSpec, rpmbuildArgv, type Spec } from '../../../../tools/sample-repo/spec.ts';

const spec: Spec = {
  name: 'iputils',
  epoch: '3',
  version: '20221126',
  release: '1',
  summary: '100% ping',
  noarch: false,
  provides: ['ping', 'ping'],
  requires: ['libc6 >= 2.34'],
  requiresBefore: ['filesystem'],
  requiresPost: ['systemd'],
  post: 'echo 5%',
  files: ['"/usr/bin/ping"'],
};

describe('a spec file', () => {
  it('has each fact once, with % escaped where rpm would read it', () => {
    expect(renderSpec(spec)).toBe(`Name: iputils
Epoch: 3
Version: 20221126
Release: 1
Summary: 100%% ping
License: Distributable
AutoReqProv: no
Provides: ping
Requires: libc6 >= 2.34
Requires(pre): filesystem
Requires(post): systemd

%description
100%% ping

%post
echo 5%%

%files
"/usr/bin/ping"
`);
  });

  it('says noarch and leaves out what is not there', () => {
    const { epoch: _epoch, post: _post, ...rest } = spec;
    const text = renderSpec({ ...rest, noarch: true, postTransaction: 'ldconfig' });
    expect(text).toContain('\nBuildArch: noarch\n');
    expect(text).toContain('\n%posttrans\nldconfig\n');
    expect(text).not.toMatch(/Epoch|%post\n/);
  });
});

describe('a line of %files', () => {
  it('marks folders, configuration, owners, capabilities', () => {
    expect(filesLine('usr/share/x', 'folder')).toBe('%dir "/usr/share/x"');
    expect(filesLine('etc/x', 'config')).toBe('%config(noreplace) "/etc/x"');
    expect(filesLine('usr/bin/ping', 'file', { capabilities: 'cap_net_raw=ep' })).toBe(
      '%caps(cap_net_raw=ep) "/usr/bin/ping"',
    );
    expect(filesLine('usr/bin/a', 'file', { owner: ['root', '_ssh'], mode: '2755' })).toBe(
      '%attr(2755, root, _ssh) "/usr/bin/a"',
    );
    expect(filesLine('usr/bin/b', 'file', { owner: ['root', 'shadow'] })).toBe(
      '%attr(-, root, shadow) "/usr/bin/b"',
    );
  });

  it('escapes only what rpm would take for a pattern or a macro', () => {
    expect(filesLine('usr/bin/[', 'file')).toBe('"/usr/bin/["');
    expect(filesLine('usr/lib/a\\x2db', 'file')).toBe('"/usr/lib/a\\x2db"');
    expect(filesLine('usr/a[1]*', 'file')).toBe('"/usr/a\\[1\\]\\*"');
    expect(filesLine('usr/100%', 'file')).toBe('"/usr/100%%"');
  });
});

describe('the kernel', () => {
  it('has a version that rpm can compare and the name that uname gives', () => {
    expect(kernelRpmVersion('6.1.0-56-cloud-amd64')).toEqual({ version: '6.1.0', release: '56_cloud_amd64' });
    expect(kernelSpec('6.1.0-56-cloud-amd64')).toMatchObject({
      name: 'kernel',
      provides: ['kernel-6.1.0-56-cloud-amd64'],
      requires: ['kernel-core = 6.1.0-56_cloud_amd64'],
    });
  });
});

it('builds for the wanted architecture out of the given tree', () => {
  const argv = rpmbuildArgv({
    spec: '/s/x.spec',
    root: '/s/root',
    rpms: '/r',
    scratch: '/s',
    arch: 'x86_64',
  });
  expect(argv.slice(0, 2)).toEqual(['rpmbuild', '-bb']);
  expect(argv.at(-1)).toBe('/s/x.spec');
  expect(argv[argv.indexOf('--buildroot') + 1]).toBe('/s/root');
  expect(argv[argv.indexOf('--target') + 1]).toBe('x86_64');
  expect(argv).toContain('_rpmdir /r');
  expect(argv).toContain('_binary_payload w3.zstdio');
});

it('signs with the given key, in a namespace that ends the agent of gpg', () => {
  const key = { home: '/k/good', name: 'Sample <good@sample.invalid>', publicFile: '/k/good.asc' };
  const argv = signArgv(key, ['/r/a.rpm', '/r/b.rpm']);
  expect(argv.indexOf('unshare')).toBeLessThan(argv.indexOf('rpmsign'));
  expect(argv).toContain('--pid');
  expect(argv).toContain('_gpg_name Sample <good@sample.invalid>');
  expect(argv).toContain('_gpg_path /k/good');
  expect(argv.slice(-3)).toEqual(['--addsign', '/r/a.rpm', '/r/b.rpm']);
});
