import type { Config } from '../../definition/config.ts';
import type { Store } from '../../definition/store.ts';
import { chooseReporters } from '../../report/choose.ts';
import { formatDuration } from '../../report/duration.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type Scope, withScope } from '../../system/scope.ts';
import { listenForStop, throwIfStopped } from '../../system/signals.ts';
import { askPassword } from '../ask-password.ts';
import { openConfigured } from '../definitions/definitions.ts';
import type { CommandIo } from '../io.ts';
import { printError } from '../print-error.ts';
import { outcomeOf, reportChoice } from '../with-reporter.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { GenimageArguments } from './genimage-arguments.ts';
import { resolveJob } from './genimage-job.ts';
import { reproducibleRequest } from './reproducible-request.ts';
import { prepareElsewhere } from './genimage-on.ts';
import type { SendingWay } from './sending-way.ts';
import { wayFor } from './way-for.ts';

/** One of several builds: where it is done, and how it ends. */
interface SeveralBuild {
  readonly image: string;
  readonly reporter: Reporter;
  readonly place: string;
  readonly run: () => Promise<void>;
}

interface Ended {
  readonly image: string;
  readonly place: string;
  readonly milliseconds: number;
  /** What was thrown; undefined after success. */
  readonly error: unknown;
}

/** Exit statuses beyond it mean other things: 130 is Ctrl-C. */
const mostFailed = 100;

/**
 * Builds several images elsewhere at once; one that fails does not stop the others. The exit code is the
 * number of those that failed.
 */
export async function buildSeveral(
  io: CommandIo,
  words: GenimageArguments,
  elsewhere: Elsewhere,
): Promise<void> {
  listenForStop();
  const opened = await openConfigured(io, words);
  const streams = { out: (text: string) => io.stdout(text), err: (text: string) => io.stderr(text) };
  const { of, all } = await chooseReporters(reportChoice(words.given), streams);
  const ask = onceFor(askPassword);
  const way = wayFor(elsewhere);
  const ended = await withScope(async (scope) => {
    const builds: SeveralBuild[] = [];
    // One after the other, because they may ask something.
    for (const image of words.names) {
      const asked = { io, elsewhere, reporter: of(image), askPassword: ask };
      const request = { ...words.request, imageName: image };
      const timed = await reproducibleRequest(io, request, words.given.has('reproducible'));
      builds.push(await prepareOne(scope, way, opened, timed, asked));
    }
    return Promise.all(builds.map(runOne));
  });
  const failed = ended.filter(({ error }) => error !== undefined);
  for (const { image, error } of failed) {
    io.stderr(`${image}:\n`);
    printError(io, error);
  }
  for (const line of summaryOf(ended)) all.line(line);
  io.exitCode = Math.min(failed.length, mostFailed);
  const problems = failed.flatMap(({ error }) => outcomeOf(error).problems);
  all.result({ command: 'genimage', exitCode: io.exitCode, problems });
  all.close();
  throwIfStopped();
}

async function prepareOne(
  scope: Scope,
  way: SendingWay,
  { store, config }: { readonly store: Store; readonly config: Config },
  request: GenimageArguments['request'],
  asked: Omit<Parameters<typeof prepareElsewhere>[2], 'job'>,
): Promise<SeveralBuild> {
  const { imageName: image = '' } = request;
  const { io, reporter } = asked;
  try {
    throwIfStopped();
    const job = await resolveJob(io, store, request, config);
    return { image, reporter, ...(await prepareElsewhere(scope, way, { ...asked, job }, store)) };
  } catch (error) {
    return { image, reporter, place: '-', run: () => Promise.reject(error) };
  }
}

async function runOne({ image, reporter, place, run }: SeveralBuild): Promise<Ended> {
  const started = performance.now();
  const end = (error: unknown): Ended => {
    reporter.result({ command: 'genimage', ...(error === undefined ? success : outcomeOf(error)) });
    reporter.close();
    return { image, place, milliseconds: performance.now() - started, error };
  };
  return run().then(() => end(undefined), end);
}

const success = { exitCode: 0, problems: [] };

function summaryOf(ended: readonly Ended[]): string[] {
  const width = (of: (one: Ended) => string) => Math.max(...ended.map((one) => of(one).length));
  const [images, places] = [width(({ image }) => image), width(({ place }) => place)];
  const lines = ended.map(({ image, place, milliseconds, error }) => {
    const how = error === undefined ? 'done  ' : 'failed';
    return `${image.padEnd(images)}  ${place.padEnd(places)}  ${how}  ${formatDuration(milliseconds)}`;
  });
  const failed = ended.filter(({ error }) => error !== undefined).length;
  return [...lines, `${ended.length - failed} of ${ended.length} images are built.`];
}

/** Asks each question once: several builds may be on one host. */
function onceFor<T>(ask: (question: string) => Promise<T>): (question: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (question) => {
    const answer = answers.get(question) ?? ask(question);
    answers.set(question, answer);
    return answer;
  };
}
