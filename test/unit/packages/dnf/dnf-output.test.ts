import { expect, test } from 'vitest';
import { type DnfReport, emptyDnfReport, readDnfLine } from '../../../../src/packages/dnf/dnf-output.ts';

function read(text: string): DnfReport {
  const report = emptyDnfReport();
  for (const line of text.split('\n')) readDnfLine(line, report);
  return report;
}

test.each([
  ['  Installing       : beta-1.0-1.noarch            12/216 ', 'Installing beta-1.0-1.noarch', 12, 216],
  ['  Running scriptlet: glibc-2.34-1.x86_64           3/3 ', 'Running scriptlet glibc-2.34-1.x86_64', 3, 3],
  ['  Verifying        : alpha-1.0-1.noarch            1/3 ', 'Verifying alpha-1.0-1.noarch', 1, 3],
  ['  Erasing          : gamma-1.0-1.noarch            1/1 ', 'Erasing gamma-1.0-1.noarch', 1, 1],
  [
    '(2/40): bash-5.1.8-6.el9.x86_64.rpm  12 MB/s | 1.7 MB  00:00',
    'Downloading bash-5.1.8-6.el9.x86_64.rpm',
    2,
    40,
  ],
])('a step of the bar: %s', (line, text, done, total) => {
  expect(readDnfLine(line, emptyDnfReport())).toEqual({ text, done, total });
});

test.each([
  '  Preparing        :                   1/1 ',
  ' alpha  noarch  1.0-1  r  6.0 k',
  'Complete!',
  '',
])('no step: %s', (line) => {
  expect(readDnfLine(line, emptyDnfReport())).toBeUndefined();
});

test('missing packages and groups are named, each once', () => {
  const { missing, missingGroups } = read(
    "No match for argument: nosuch\nNo match for argument: nosuch\nModule or Group 'nogroup' is not available.\nError: Unable to find a match: nosuch",
  );
  expect(missing).toEqual(['nosuch']);
  expect(missingGroups).toEqual(['nogroup']);
});

test('packages without a trusted signature are named', () => {
  expect(read('Package alpha-1.0-1.noarch.rpm is not signed').untrusted).toEqual(['alpha-1.0-1.noarch.rpm']);
  const wrong =
    'Error: Public key for a-1-1.noarch.rpm is not installed. Failing package is: a-1-1.noarch\n GPG Keys are configured as: file:///k';
  expect(read(wrong).untrusted).toEqual(['a-1-1.noarch']);
  const keyless =
    'You have enabled checking of packages via GPG keys. This is a good thing.\nHowever, you do not have any GPG public keys installed.';
  expect(read(keyless).untrusted).toEqual(['a repository has no key']);
});

test('an unreachable repository is named', () => {
  const line = "Error: Failed to download metadata for repo 'pkgdir-0': Cannot download repomd.xml";
  expect(read(line).unreachable).toEqual(['pkgdir-0']);
});

test('failed scriptlets are named', () => {
  const lines = `Running transaction
noise of another package
  Running scriptlet: trouble-1.0-1.noarch                        1/2
no such user
warning: %post(trouble-1.0-1.noarch) scriptlet failed, exit status 1

  Installing       : quiet-1.0-1.noarch                          2/2
warning: %preun(quiet-1.0-1.noarch) scriptlet failed, signal 9`;
  expect(read(lines).scriptlets).toEqual([
    { what: '%post of trouble-1.0-1.noarch: exit status 1', output: ['no such user'] },
    { what: '%preun of quiet-1.0-1.noarch: signal 9', output: [] },
  ]);
});

test('what a transaction touches is read off its table, wrapped lines and replaced packages too', () => {
  const table = `Installing:
 coreutils-single       x86_64  8.32-36.el9  pkgdir-0  600 k
     replacing  coreutils.x86_64 8.32-35.el9
 a-very-long-name-of-a-package-that-fills-the-line
                        noarch  1-1          pkgdir-0  1 k`;
  expect([...read(table).touched]).toEqual([
    'coreutils-single',
    'coreutils',
    'a-very-long-name-of-a-package-that-fills-the-line',
  ]);
});

test('what does not fit, what was not delivered and what a group lacks is told', () => {
  const report = read(`No match for group package "nosuch"
Error downloading packages:
  big-1-1.noarch: Cannot download, all mirrors were already tried without success
Error: Transaction test error:
  installing package big-1-1.noarch needs 120MB more space on the / filesystem`);
  expect(report.missingMembers).toEqual(['nosuch']);
  expect(report.undelivered).toEqual([
    'big-1-1.noarch: Cannot download, all mirrors were already tried without success',
  ]);
  expect(report.full[0]).toContain('needs 120MB more space on the / filesystem');
  const conflict = '  file /usr/a from install of b-1-1.noarch conflicts with file from package a-1-1.noarch';
  expect(read(conflict).conflicts).toEqual([conflict.trim()]);
  expect(read('error: unpacking: cpio: write failed - No space left on device').full).toHaveLength(1);
});

test('the tree changes with the transaction, not with its check or test', () => {
  expect(read('Running transaction check\nRunning transaction test').changing).toBe(false);
  expect(read('Running transaction').changing).toBe(true);
});
