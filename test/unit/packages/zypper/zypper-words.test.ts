import { expect, test } from 'vitest';
import { zypperArgv, type ZypperSession } from '../../../../src/packages/zypper/zypper-argv.ts';
import { repositoryText, zyppConfig } from '../../../../src/packages/zypper/zypper-config.ts';
import { isFine, zypperError } from '../../../../src/packages/zypper/zypper-failure.ts';
import { readHistory } from '../../../../src/packages/zypper/zypper-origins.ts';
import { emptyZypperReport } from '../../../../src/packages/zypper/zypper-output.ts';
import { zypperName } from '../../../../src/packages/zypper/zypper-words.ts';

const session: ZypperSession = {
  ...{ root: '/i/rootimg', releasever: '15.6', configFile: '/t/zypper.conf', interactive: false },
  ...{ acceptLicenses: false, allowVendorChange: false },
};
const task = { command: 'install', names: ['bash', 'pattern() = base'], repositories: ['pkgdir-0'] } as const;

test('an install asks nobody, takes nothing that is only recommended, agrees to nothing', () => {
  expect(zypperArgv(session, task)).toEqual([
    ...['zypper', '--xmlout', '--non-interactive', '--config=/t/zypper.conf', '--root=/i/rootimg'],
    ...['--releasever=15.6', '--no-refresh', 'install', '--no-recommends', '--no-allow-vendor-change'],
    ...['--repo=pkgdir-0', 'bash', 'pattern() = base'],
  ]);
});

test('licences and vendors only when the administrator says so; a person is asked in words', () => {
  const words = zypperArgv(
    { ...session, acceptLicenses: true, allowVendorChange: true, interactive: true },
    task,
  );
  expect(words).toEqual(expect.arrayContaining(['--auto-agree-with-licenses', '--allow-vendor-change']));
  expect(words).not.toContain('--xmlout');
  expect(words).not.toContain('--non-interactive');
});

test('repositories are read by refresh alone', () => {
  expect(zypperArgv(session, { command: 'refresh', names: [], repositories: [] })).not.toContain(
    '--no-refresh',
  );
  expect(zypperArgv(session, { ...task, command: 'remove' })).not.toContain('--repo=pkgdir-0');
});

test.each([
  ['@base', 'pattern() = base'],
  ['dir/sub/pkg', 'pkg'],
  ['/a/b.rpm', '/a/b.rpm'],
  ['bash=5.2', 'bash=5.2'],
])('%s → %s', (name, word) => {
  expect(zypperName({ name })).toBe(word);
});

test('every path of the configuration is ours, and every package must be signed', () => {
  const paths = zyppConfig('x86_64').match(/= \/\S*/g) ?? [];
  expect(paths.length).toBeGreaterThan(10);
  for (const path of paths) expect(path).toMatch(/^= \/run\/rootimg\/shared\//);
  const repository = { id: 'pkgdir-0', url: 'https://h/x?token=1', from: 'pkgdir' } as const;
  const facts = { isSigned: true, certificates: '/t/c' };
  expect(repositoryText(repository, facts)).toMatch(/baseurl=https:\/\/h\/x\?token=1&ssl_capath=\/t\/c\n/);
  const checks = (text: string) => text.match(/gpgcheck=\d/g)?.join(' ');
  expect(checks(repositoryText(repository, facts))).toBe('gpgcheck=1 gpgcheck=1 gpgcheck=1');
  expect(checks(repositoryText(repository, { ...facts, isSigned: false }))).toBe(
    'gpgcheck=1 gpgcheck=0 gpgcheck=1',
  );
  expect(checks(repositoryText({ ...repository, unchecked: 'gpgcheck: no' }, facts))).toBe(
    'gpgcheck=0 gpgcheck=0 gpgcheck=0',
  );
});

test('where packages came from; those named by their path from none', () => {
  const text = `# 2026-11-29 bash\n2026-11-29 06:24:57|command|root@vm|'zypper'|
2026-11-29 06:24:57|install|bash|5.2-1|x86_64|root@vm|pkgdir-0|abc|
2026-11-29 06:24:57|install|attr|1:2.5-1|x86_64|root@vm|otherpkgdir-1|abc|
2026-11-29 06:24:57|install|own|1-1|noarch|root@vm|_tmpRPMcache_|abc|\n`;
  expect(readHistory(text)).toEqual({
    'bash-5.2-1.x86_64': 'pkgdir-0',
    'attr-1:2.5-1.x86_64': 'otherpkgdir-1',
    'own-1-1.noarch': '@commandline',
  });
});

test.each([
  [0, true],
  [100, true],
  [101, true],
  [102, true],
  [103, true],
  [4, false],
  [104, false],
  [105, false],
  [106, false],
  [107, false],
])('exit status %i is fine: %s', (code, fine) => {
  expect(isFine(code)).toBe(fine);
});

const failure = {
  ...{ report: emptyZypperReport(), entries: [], repositories: [], output: 'last words' },
  ...{ exitCode: 4, logFile: '/l/zypper.log' },
};

test.each([
  [4, /libzypp reports/],
  [7, /another package manager/],
  [104, /no repository has/],
  [105, /stopped by a signal/],
  [106, /could not be read/],
  [107, /script of a package/],
  [99, /exit status 99\.$/],
])('a failure that says nothing else is told by what exit status %i means', (exitCode, message) => {
  expect(zypperError({ ...failure, exitCode }).message).toMatch(message);
});

test('missing names by line, licences, and conflicts that are answered with the other vendor', () => {
  const report = {
    ...emptyZypperReport(),
    missing: ['pattern() = base', 'bash'],
    licences: [{ name: 'lic', text: 'all\nof it' }],
    conflicts: ['Problem: x\n Solution 1: install y (with vendor change)'],
  };
  const entries = [
    { name: 'bash', origin: { file: '/l', line: 1 } },
    { name: '@base', origin: { file: '/l', line: 2 } },
  ];
  const { problems } = zypperError({ ...failure, report, entries }) as never as {
    problems: { hint?: string }[];
  };
  expect(problems).toMatchObject([
    { code: 'pattern-missing', message: "No repository has the pattern 'base'.", origin: { line: 2 } },
    { code: 'package-missing', message: "No repository has the package 'bash'.", origin: { line: 1 } },
    { code: 'licence', message: expect.stringContaining('  of it') },
    { code: 'packages-conflict', message: expect.stringContaining('Solution 1') },
  ]);
  expect(problems[2]?.hint).toContain('--accept-licenses');
  expect(problems[3]?.hint).toContain('--allow-vendor-change');
});
