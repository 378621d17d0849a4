import { expect, test } from 'vitest';
import { problemsOf, type RootimgError } from '../../../../src/base/errors.ts';
import type { Apt } from '../../../../src/packages/apt/apt-call.ts';
import { missingProblems, throwAptError } from '../../../../src/packages/apt/apt-failure.ts';
import { type AptReport, emptyAptReport, readAptLine } from '../../../../src/packages/apt/apt-output.ts';
import type { PackageEntry, Repository } from '../../../../src/plan/build-plan.ts';
import { aPlan } from '../../genimage/a-plan.ts';
import { aSite } from '../a-site.ts';

const mirror: Repository = {
  ...{ id: 'pkgdir-0', url: 'http://me:secret@m.example/debian/', from: 'pkgdir' },
  deb: { suite: 'tiny', components: ['main'] },
};
const names = (...all: string[]): PackageEntry[] =>
  all.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));

function reportOf(output: string): AptReport {
  const report = emptyAptReport();
  for (const line of output.split('\n')) readAptLine(line, report);
  return report;
}

/** The error of an apt-get that said this and failed. */
function failureOf(output: string, entries = names('a')): RootimgError {
  const site = aSite('/tree', '/tmp', {
    plan: aPlan({ repositories: [mirror] }),
    keptLog: (name) => `/image/logs/${name}`,
  });
  try {
    throwAptError({ site } as unknown as Apt, { entries }, reportOf(output), {
      ...{ exitCode: 100, stdout: output, stderr: '' },
    });
  } catch (error) {
    return error as RootimgError;
  }
}

test.each([
  [
    'disk-full',
    'dpkg-deb: error: paste subprocess was killed\ncannot copy extracted data: failed to write (No space left on device)',
  ],
  [
    'file-conflict',
    "dpkg: error processing archive /x/b_1_all.deb (--unpack):\n trying to overwrite '/etc/f', which is also in package a 1",
  ],
  ['package-damaged', "dpkg-deb: error: '/x/a_1_all.deb' is not a Debian format archive"],
  ['download-failed', 'E: Failed to fetch http://m.example/debian/pool/a.deb  404  Not Found'],
  [
    'unmet-dependency',
    'The following packages have unmet dependencies:\n a : Depends: b but it is not installable',
  ],
  ['packages-failed', 'E: Something that nobody has seen before.'],
])('%s is told apart', (code, output) => {
  expect(failureOf(output).code).toBe(code);
});

test('of several causes the one that can be helped first is told', () => {
  const both = [
    'The following packages have unmet dependencies:\n a : Depends: b but it is not installable',
    'E: Unable to locate package a',
    'E: Unable to locate package c',
  ].join('\n');
  const told = problemsOf(failureOf(both, names('a', 'b', 'c')));
  expect(told.map(({ code, origin }) => [code, origin?.line])).toEqual([
    ['package-missing', 1],
    ['package-missing', 3],
  ]);
});

test('a repository is told with the attribute that names it, and an expired one with what to do', () => {
  const [problem] = problemsOf(
    failureOf(
      'E: Release file for http://m.example/debian/dists/tiny/InRelease is expired (invalid since 3d). Updates',
    ),
  );
  expect(problem).toMatchObject({
    code: 'repository-unusable',
    hint: expect.stringContaining('Check-Valid-Until'),
  });
  expect(problem?.message).toContain('The repository http://m.example/debian tiny (pkgdir) cannot be used');
  const [unsigned] = problemsOf(failureOf("E: The repository 'copy:/srv/x tiny InRelease' is not signed."));
  expect(unsigned).toMatchObject({ code: 'signature' });
  expect(unsigned?.message).toContain('The repository file:///srv/x tiny cannot be used: it is not signed.');
});

test('no password of an address is told', () => {
  const error = failureOf('E: Failed to fetch http://me:secret@m.example/debian/pool/a.deb  403  Forbidden');
  expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  expect(error.message).toContain('m.example/debian/pool/a.deb: 403  Forbidden');
});

test('a script that failed is told with its words', () => {
  const [problem] = problemsOf(
    failureOf(`Setting up a (1) ...
it says no
dpkg: error processing package a (--configure):
 installed a package post-installation script subprocess returned error exit status 3`),
  );
  expect(problem?.code).toBe('scriptlet-failed');
  expect(problem?.message).toBe('The postinst of a failed: exit status 3.\n  it says no');
});

test('what cannot be explained is told with the status, or the words, and the log', () => {
  expect(failureOf('nothing of note')).toMatchObject({
    message: 'apt-get ended with exit status 100.',
    hint: expect.stringContaining('/image/logs/apt.log'),
  });
  expect(failureOf('E: Sub-process gone mad').message).toBe('apt-get failed: Sub-process gone mad');
});

test('a word that no archive has is told for each line that says it, with names that are near', () => {
  const report = reportOf(`E: Unable to locate package vim
E: Couldn't find task 'web'
E: Version '9' for 'nano' was not found
E: Release 'sid' for 'nano' was not found
E: Package 'virtual' has no installation candidate`);
  const entries = names('vim', '@web', 'nano=9', 'nano/sid', 'virtual', 'vim');
  const problems = missingProblems(entries, report, [], (name) => (name === 'vim' ? ['vim-tiny'] : []));
  expect(problems.map(({ message, origin, hint }) => [origin?.line, message, hint])).toEqual([
    [1, "No repository has the package 'vim'.", 'There is: vim-tiny.'],
    [6, "No repository has the package 'vim'.", 'There is: vim-tiny.'],
    [2, "No repository has the task 'web'.", undefined],
    [3, "No repository has the package 'nano' in version '9'.", undefined],
    [4, "No repository has the package 'nano' in release 'sid'.", undefined],
    [5, "Package 'virtual' has no installation candidate.", undefined],
  ]);
});
