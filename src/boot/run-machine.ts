import { createWriteStream } from 'node:fs';
import { RootimgError } from '../base/errors.ts';
import { lastLines, type Running, start } from '../system/exec.ts';
import { stopSignal } from '../system/signals.ts';
import { plainLine, readConsoleLine } from './console-watch.ts';
import type { NodeReport } from './node-report.ts';
import { standstillCode, watchStandstill } from './standstill.ts';

export interface MachineRun {
  readonly argv: readonly string[];
  /** Overwritten with all that the guest's console says. */
  readonly consoleLog: string;
  readonly report: Promise<NodeReport>;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds of silence that are taken for a standstill while only the kernel runs; see watchStandstill. */
  readonly longestSilence?: number | undefined;
  /** Called when the console tells that a step was reached. */
  readonly onStep: (text: string) => void;
}

type Ending =
  | { readonly kind: 'report'; readonly report: NodeReport }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'standstill'; readonly reason: string };

/** What a kernel or an emergency shell says right after the line that gives it away, in milliseconds. */
const afterBreak = 500;

const keptLines = 25;

/**
 * Runs the machine until its node reports, and switches it off. Errors: the node broke (at once, not at the
 * timeout), the machine ended, nothing was reported in time; each with the last lines of the console.
 */
export async function runMachine(plan: MachineRun): Promise<{ report: NodeReport; seconds: number }> {
  const started = performance.now();
  const running = start(plan.argv);
  const tail: string[] = [];
  try {
    const ending = await Promise.race([
      plan.report.then((report): Ending => ({ kind: 'report', report })),
      consoleEnding(running, plan, tail),
      timeoutEnding(plan.timeout),
    ]);
    stopSignal.throwIfAborted();
    if (ending.kind === 'report')
      return { report: ending.report, seconds: (performance.now() - started) / 1000 };
    const code = ending.kind === 'standstill' ? standstillCode : 'boot-failed';
    throw new RootimgError(code, `The image did not boot: ${ending.reason}.`, {
      details: tail.slice(-keptLines).map((line) => `  ${line}`),
      hint: `The whole console is in ${plan.consoleLog}.`,
    });
  } finally {
    running.kill('SIGKILL');
    await running.ended;
  }
}

/** Follows the console to its end; resolves earlier when a line says that the node is broken. */
async function consoleEnding(running: Running, plan: MachineRun, tail: string[]): Promise<Ending> {
  const log = createWriteStream(plan.consoleLog);
  const { stdout } = running;
  const broken = new Promise<Ending>((resolve) => {
    const { longestSilence: silence } = plan;
    const onStandstill = () => {
      resolve({ kind: 'standstill', reason: `its kernel has said nothing for ${silence} s` });
    };
    const watch = silence === undefined ? undefined : watchStandstill(silence, onStandstill);
    stdout.on('close', () => watch?.stop());
    log.on('error', ({ message }) => {
      resolve({ kind: 'failed', reason: `what its console says cannot be written down: ${message}` });
    });
    const readLine = (raw: string) => {
      const line = plainLine(raw);
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > 4 * keptLines) tail.splice(0, 3 * keptLines);
      watch?.line(line);
      const event = readConsoleLine(line);
      if (event?.kind === 'kernel') plan.onStep('kernel');
      else if (event?.kind === 'step') plan.onStep(event.text);
      else if (event?.kind === 'broken') {
        setTimeout(() => resolve({ kind: 'failed', reason: event.reason }), afterBreak);
      }
    };
    let rest = '';
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      log.write(chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(readLine);
    });
  });
  const gone = new Promise<void>((resolve) => stdout.on('close', resolve)).then(() => log.end());
  return Promise.race([broken, gone.then(() => machineEnding(running))]);
}

async function machineEnding(running: Running): Promise<Ending> {
  const { exitCode, signal, stderr } = await running.ended;
  // A line that was just read may still have its word.
  await new Promise((resolve) => setTimeout(resolve, 2 * afterBreak));
  const how = signal === undefined ? `exit status ${exitCode}` : signal;
  const words = lastLines(stderr, 3).join('; ');
  return {
    kind: 'failed',
    reason: `the machine ended with ${how} before the node reported${words && `: ${words}`}`,
  };
}

function timeoutEnding(seconds: number): Promise<Ending> {
  return new Promise((resolve) => {
    const reason = `it did not report within ${seconds} s`;
    setTimeout(() => resolve({ kind: 'failed', reason }), seconds * 1000).unref();
  });
}
