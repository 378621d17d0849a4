import { execFile, spawn } from 'node:child_process';
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

/** Two rows that take the same time; they need nothing but the npm packages. */
const checks = [
  [['eslint', '.'], ['depcruise', '--config', '.dependency-cruiser.mjs', 'src', 'tools'], ['knip']],
  [
    ['prettier', '--check', '--log-level', 'warn', '.'],
    ['tsc', '--noEmit'],
  ],
];

/** Runs the rows side by side, and prints what each check says in one piece. */
async function runChecks(total: Count): Promise<void> {
  const runRow = async (row: readonly string[][]) => {
    for (const check of row) {
      const isGood = await new Promise((resolve) => {
        execFile('npx', check, { maxBuffer: Infinity }, (error, stdout, stderr) => {
          console.log(`\n== ${check.join(' ')}\n${stdout}${stderr}`);
          resolve(error === null);
        });
      });
      if (isGood) total.passed += 1;
      else total.failures.push(check.join(' '));
    }
  };
  await Promise.all(checks.map(runRow));
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
  const pages = projects.some((project) => project === 'integration' || project === 'long') ? pageTools : [];
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
  const total: Count = { passed: 0, failures: [] };
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  try {
    await Promise.all([check ? runChecks(total) : undefined, ensureSampleRepository(reporter)]);
    for (const project of projects) await runProject(project, folder, total);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const failure of total.failures) console.log(`\nfailed: ${failure}`);
  console.log(`\n${total.passed} passed, ${total.failures.length} failed`);
  return total.failures.length === 0 ? 0 : 1;
}
