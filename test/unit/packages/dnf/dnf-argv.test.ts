import { expect, test } from 'vitest';
import { dnfArgv } from '../../../../src/packages/dnf/dnf-argv.ts';
import { dnfConfig } from '../../../../src/packages/dnf/dnf-config.ts';
import { dnfName } from '../../../../src/packages/dnf/dnf-names.ts';
import { rpmMacros } from '../../../../src/packages/rpm/rpm-macros.ts';

const session = {
  configFile: '/img/tmp/dnf.conf',
  root: '/img/rootimg',
  releasever: '9',
  platform: 'platform:el9',
  interactive: false,
};

test('an install names the release, the module platform and the repositories', () => {
  const task = { command: 'install', names: ['bash', '@core'], repositories: ['pkgdir-0'] } as const;
  expect(dnfArgv('dnf', session, task)).toEqual([
    'dnf',
    '--config=/img/tmp/dnf.conf',
    '--installroot=/img/rootimg',
    '--releasever=9',
    '--setopt=module_platform_id=platform:el9',
    '-y',
    '--repo=pkgdir-0',
    'install',
    'bash',
    '@core',
  ]);
});

test('an interactive run asks; an update may leave the kernel alone', () => {
  const task = { command: 'upgrade', names: [], repositories: [], exclude: ['kernel*'] } as const;
  const argv = dnfArgv('dnf', { ...session, interactive: true }, task);
  expect(argv).not.toContain('-y');
  expect(argv.slice(-2)).toEqual(['--exclude=kernel*', 'upgrade']);
});

test('a list entry loses the folders of its sub-repository, and nothing else', () => {
  const names = ['bash', 'site/tools/hello', '/usr/bin/vim', '@a/b'].map((name) =>
    dnfName({ name, origin: { file: 'l', line: 1 } }),
  );
  expect(names).toEqual(['bash', 'hello', '/usr/bin/vim', '@a/b']);
});

test('the configuration checks signatures with the given keys, in every repository', () => {
  const repositories = [
    { id: 'pkgdir-0', url: 'file:///a', from: 'pkgdir' },
    { id: 'otherpkgdir-0', url: 'https://b/c', from: 'otherpkgdir' },
  ] as const;
  const config = dnfConfig(repositories, ['/keys/one key', '/keys/two'], { local: true, options: [] });
  expect(config.match(/^gpgcheck=1$/gm)).toHaveLength(3);
  expect(config.match(/^gpgkey=file:\/\/\/keys\/one%20key\n {2}file:\/\/\/keys\/two$/gm)).toHaveLength(2);
  expect(config).toContain('[otherpkgdir-0]\nname=otherpkgdir-0\nbaseurl=https://b/c\n');
  expect(config).toContain('plugins=0\n');
});

test('the macros tell the host’s rpm where the image keeps its database', () => {
  expect(rpmMacros('/var/lib/rpm').split('\n')).toContain('%_dbpath /var/lib/rpm');
});
