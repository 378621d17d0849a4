import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { plainReporter } from '../../src/report/plain.ts';
import { ensureSampleRepository, sampleRepositoryTools } from '../sample-repo/index.ts';
import {
  bootTools,
  ensureHostTools,
  fillingTools,
  hostTools,
  packageTools,
  pageTools,
  productTools,
  testTools,
} from './host-packages.ts';

interface Count {
  passed: number;
  /** What failed, with its reason: told once more at the end, where it is looked for. */
  failures: string[];
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs one program of the checkout with its output on ours; resolves with its exit status. */
function step(argv: readonly string[]): Promise<number> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    spawn(file, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ROOTIMG_TEST: '1' },
    }).on('exit', (code) => resolve(code ?? 1));
  });
}

const checks = [
  ['npx', 'eslint', '.'],
  ['npx', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['npx', 'tsc', '--noEmit'],
  ['npx', 'depcruise', '--config', '.dependency-cruiser.mjs', 'src', 'tools'],
  ['npx', 'knip'],
];

async function runChecks(total: Count): Promise<void> {
  for (const check of checks) {
    console.log(`\n== ${check.slice(1).join(' ')}`);
    if ((await step(check)) === 0) total.passed += 1;
    else total.failures.push(check.slice(1).join(' '));
  }
}

/** The failed tests of a report, and the files that could not be loaded: name and reason. */
function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [`${file}\n${message}`];
    return failed.map((test) => `${file}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
  });
}

async function runProject(project: string, folder: string, total: Count): Promise<void> {
  console.log(`\n== ${project} tests`);
  const file = join(folder, `${project}.json`);
  const status = await step([
    'npx',
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
  ]);
  const report: Report | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  total.passed += report?.numPassedTests ?? 0;
  const failures = report === undefined ? [] : failuresOf(report);
  if (status !== 0 && failures.length === 0)
    failures.push(`${project}: an error outside of the tests, see above`);
  total.failures.push(...failures);
}

/**
 * Prepares the machine, checks the code unless told not to, then runs the tests of these vitest projects one
 * after the other. Ends with `N passed, N failed` on a line of its own, and gives the exit code.
 */
export async function runTests(
  projects: readonly string[],
  { check = true }: { check?: boolean } = {},
): Promise<number> {
  const reporter = plainReporter({
    out: (t) => process.stdout.write(t),
    err: (t) => process.stderr.write(t),
  });
  const boots = projects.some((project) => project === 'boot' || project === 'long') ? bootTools : [];
  const hosts = projects.includes('hosts') ? hostTools : [];
  const pages = projects.includes('long') ? pageTools : [];
  await ensureHostTools(
    [
      ...productTools,
      ...Object.values(fillingTools).flat(),
      ...testTools,
      ...packageTools,
      ...boots,
      ...hosts,
      ...pages,
      ...sampleRepositoryTools,
    ],
    reporter,
  );
  await ensureSampleRepository(reporter);
  const total: Count = { passed: 0, failures: [] };
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  try {
    if (check) await runChecks(total);
    for (const project of projects) await runProject(project, folder, total);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const failure of total.failures) console.log(`\nfailed: ${failure}`);
  console.log(`\n${total.passed} passed, ${total.failures.length} failed`);
  return total.failures.length === 0 ? 0 : 1;
}
