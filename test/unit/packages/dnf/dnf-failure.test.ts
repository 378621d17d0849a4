import { expect, test } from 'vitest';
import { ProblemsError } from '../../../../src/base/errors.ts';
import { dnfError } from '../../../../src/packages/dnf/dnf-failure.ts';
import { emptyDnfReport } from '../../../../src/packages/dnf/dnf-output.ts';

const base = {
  entries: [
    { name: 'bash', origin: { file: '/l', line: 1 } },
    { name: 'nosuch', origin: { file: '/l', line: 2 } },
    { name: 'nosuch', origin: { file: '/m', line: 9 } },
    { name: '@nogroup', origin: { file: '/l', line: 3 } },
  ],
  nameOf: (entry: { name: string }) => entry.name,
  repositories: [{ id: 'pkgdir-0', url: 'http://server/os', from: 'pkgdir' as const }],
  output: 'Error: something',
  exitCode: 1,
  program: 'dnf',
  logFile: '/img/logs/dnf.log',
};

test('every place of a missing name is told', () => {
  const report = { ...emptyDnfReport(), missing: ['nosuch'], missingGroups: ['nogroup'] };
  const error = dnfError({ ...base, report });
  expect(error).toBeInstanceOf(ProblemsError);
  expect((error as ProblemsError).problems).toEqual([
    {
      code: 'package-missing',
      message: "No repository has the package 'nosuch'.",
      origin: { file: '/l', line: 2 },
    },
    {
      code: 'package-missing',
      message: "No repository has the package 'nosuch'.",
      origin: { file: '/m', line: 9 },
    },
    {
      code: 'group-missing',
      message: "No repository has the group '@nogroup'.",
      origin: { file: '/l', line: 3 },
    },
  ]);
});

test('an unreachable repository is told by address, attribute and reason', () => {
  const report = { ...emptyDnfReport(), unreachable: ['pkgdir-0'] };
  const output = "Errors during downloading:\n  - Curl error (7): Couldn't connect\nError: Failed";
  expect(dnfError({ ...base, report, output }).message).toBe(
    "The repository http://server/os (pkgdir) cannot be read: Curl error (7): Couldn't connect",
  );
});

test('a bad signature has its own code', () => {
  const report = { ...emptyDnfReport(), untrusted: ['a-1-1.noarch.rpm'] };
  expect(dnfError({ ...base, report })).toMatchObject({ code: 'signature', details: ['Error: something'] });
});

test('anything else shows the end of the output and where the rest is', () => {
  expect(dnfError({ ...base, report: emptyDnfReport() })).toMatchObject({
    code: 'packages-failed',
    details: ['Error: something'],
    hint: 'The whole output is in /img/logs/dnf.log.',
  });
});

test('what does not fit, what did not arrive whole and shared files have codes of their own', () => {
  const report = emptyDnfReport();
  const code = (change: object) => dnfError({ ...base, report: { ...report, ...change } }).code;
  expect(code({ full: ['no space'] })).toBe('disk-full');
  expect(code({ undelivered: ['a: Cannot download'] })).toBe('download-failed');
  expect(code({ conflicts: ['file /a conflicts'] })).toBe('file-conflict');
});
