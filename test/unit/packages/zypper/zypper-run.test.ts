import { expect, test, vi } from 'vitest';
import type { Zypper, ZypperRun } from '../../../../src/packages/zypper/zypper-call.ts';
import {
  checkAvailable,
  isNothingToRemove,
  resolveTask,
} from '../../../../src/packages/zypper/zypper-names.ts';
import { emptyZypperReport, type ZypperReport } from '../../../../src/packages/zypper/zypper-output.ts';
import { runZypper } from '../../../../src/packages/zypper/zypper-run.ts';
import { aPlan } from '../../genimage/a-plan.ts';
import { aSite } from '../a-site.ts';

interface Answer {
  readonly exitCode: number;
  readonly tell?: (report: ZypperReport) => void;
}

/** What the runs of zypper end with, in order, and what was asked of them. */
const answers: Answer[] = [];
const asked: string[] = [];
vi.mock('../../../../src/packages/zypper/zypper-call.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  callZypper: async (_: Zypper, task: ZypperRun, report: ZypperReport, call: { network: boolean }) => {
    asked.push([task.command, ...(task.options ?? []), call.network ? 'network' : 'alone'].join(' '));
    const { exitCode, tell } = answers.shift() ?? { exitCode: 0 };
    tell?.(report);
    return { exitCode, stdout: '', stderr: '' };
  },
}));

const phase = { progress: () => {}, done: () => {}, failed: () => {} };
const task: ZypperRun = {
  ...{ command: 'install', names: ['a'], repositories: ['pkgdir-0'], entries: [], environment: [] },
  uname: undefined,
};

function zypper(url: string) {
  asked.length = 0;
  answers.length = 0;
  const plan = aPlan({ repositories: [{ id: 'pkgdir-0', url, from: 'pkgdir' }] });
  const site = aSite('/none', '/none', { plan });
  const session = {
    ...{ root: '/none', releasever: '15.6', configFile: '/none', interactive: false },
    ...{ acceptLicenses: false, allowVendorChange: false },
  };
  return { site, session, host: { root: '/none', shared: '/none', macros: '/none' } };
}

test('what a server has is fetched first, and scripts of packages never have a network', async () => {
  await runZypper(zypper('http://h/'), task, phase);
  expect(asked).toEqual(['install --download-only network', 'install alone']);
  await runZypper(zypper('file:///x'), task, phase);
  expect(asked).toEqual(['install alone']);
});

test('failed scripts are given to the caller; 107 without one is a failure', async () => {
  const one = zypper('file:///x');
  const failed = { what: '%post of a', output: [] };
  answers.push({ exitCode: 107, tell: (report) => void report.scriptlets.push(failed) });
  expect(await runZypper(one, task, phase)).toEqual([failed]);
  answers.push({ exitCode: 107 });
  await expect(runZypper(one, task, phase)).rejects.toThrow('exit status 107');
});

test('the texts of licences that were agreed to are asked for, and told', async () => {
  const one = zypper('file:///x');
  answers.push({ exitCode: 0, tell: (report) => void report.agreed.push('lic') });
  await runZypper(one, task, phase);
  expect(asked).toEqual(['install alone', 'licenses alone']);
  expect(one.site.warnings).toEqual([expect.stringContaining('logs/licenses.log: lic')]);
});

test('a dry run tells what would be touched, and throws what contradicts itself', async () => {
  const one = zypper('file:///x');
  answers.push({ exitCode: 0, tell: (report) => void report.touched.add('a') });
  expect((await resolveTask(one, task)).touched).toEqual(new Set(['a']));
  expect(asked).toEqual(['install --dry-run alone']);
  answers.push({ exitCode: 4, tell: (report) => void report.conflicts.push('Problem: b') });
  await expect(resolveTask(one, task)).rejects.toThrow('Problem: b');
});

test('a look for names throws missing ones alone', async () => {
  const one = zypper('file:///x');
  answers.push({ exitCode: 4, tell: (report) => void report.conflicts.push('Problem: b') });
  await checkAvailable(one, task);
  answers.push({ exitCode: 104, tell: (report) => void report.missing.push('a') });
  await expect(checkAvailable(one, task)).rejects.toThrow("No repository has the package 'a'.");
});

test('what is to be removed and is not there needs nothing', () => {
  expect(isNothingToRemove({ command: 'remove' }, emptyZypperReport(), 104)).toBe(true);
  expect(isNothingToRemove({ command: 'install' }, emptyZypperReport(), 104)).toBe(false);
  expect(isNothingToRemove({ command: 'remove' }, emptyZypperReport(), 4)).toBe(false);
});
