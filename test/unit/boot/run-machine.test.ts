import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openReportPort } from '../../../src/boot/report-port.ts';
import { runMachine } from '../../../src/boot/run-machine.ts';
import { withScope } from '../../../src/system/scope.ts';

let folder: string;
const never = new Promise<never>(() => {});
const machine = (script: string) => ({
  argv: ['sh', '-c', script],
  consoleLog: join(folder, 'console.log'),
  report: never,
  timeout: 60,
  onStep: () => {},
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('fails at a panic without waiting for the timeout, with what the console said', async () => {
  const plan = machine(
    'echo hello; echo "Kernel panic - not syncing: no init"; echo "end trace"; exec sleep 100',
  );
  await expect(runMachine(plan)).rejects.toMatchObject({
    code: 'boot-failed',
    message: expect.stringContaining('no init'),
    details: ['  hello', '  Kernel panic - not syncing: no init', '  end trace'],
    hint: expect.stringContaining(plan.consoleLog),
  });
  expect(await readFile(plan.consoleLog, 'utf8')).toContain('Kernel panic');
});

it('fails when the machine ends before its node reported, with the words of the emulator', async () => {
  await expect(runMachine(machine('echo bad option >&2; exit 3'))).rejects.toMatchObject({
    message: expect.stringMatching(/exit status 3.*bad option/),
  });
});

it('says the panic, not the end of the machine, when both come together', async () => {
  await expect(
    runMachine(machine('echo "rootimg: error: the image has no /sbin/init"; exit 0')),
  ).rejects.toMatchObject({
    message: expect.stringContaining('the image has no /sbin/init'),
  });
});

it('fails after the timeout', async () => {
  await expect(runMachine({ ...machine('exec sleep 100'), timeout: 0.2 })).rejects.toMatchObject({
    message: expect.stringContaining('within 0.2 s'),
  });
});

it('tells a standstill of the kernel from other failures', async () => {
  const plan = machine('printf "Linux version 6.1\\nclocksource: switched\\n"; exec sleep 100');
  await expect(runMachine({ ...plan, longestSilence: 0.1 })).rejects.toMatchObject({
    code: 'boot-standstill',
    message: expect.stringContaining('said nothing for 0.1 s'),
    details: ['  Linux version 6.1', '  clocksource: switched'],
  });
});

it('fails when the console cannot be written down', async () => {
  const plan = { ...machine('echo hello; exec sleep 100'), consoleLog: '/dev/full' };
  await expect(runMachine(plan)).rejects.toMatchObject({ message: expect.stringContaining('ENOSPC') });
});

it('hears the steps of the initrd and ends with the report of the node', async () => {
  const steps: string[] = [];
  await withScope(async (scope) => {
    const port = await openReportPort(folder, scope);
    const plan = {
      ...machine('echo "Linux version 6.1"; echo "[1.0] rootimg: downloading x"; exec sleep 100'),
      report: port.report,
      onStep: (text: string) => {
        steps.push(text);
        if (text.startsWith('downloading')) {
          connect(port.socket).end('ROOTIMG-REPORT-BEGIN 1\nstate=running\nuptime=1.5\nROOTIMG-REPORT-END\n');
        }
      },
    };
    const { report } = await runMachine(plan);
    expect(report.state).toBe('running');
  });
  expect(steps).toEqual(['kernel', 'downloading x']);
});
