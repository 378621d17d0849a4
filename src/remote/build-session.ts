import { RootimgError } from '../base/errors.ts';
import { visibleText } from '../base/visible-text.ts';
import { type Event, parseEvent } from '../plan/event.ts';
import { lastLines } from '../system/exec.ts';
import { stopSignal } from '../system/signals.ts';
import { type RootNode, startPart } from './node.ts';
import { hostFolder } from './remembered-build.ts';

/** What a build on a node is told about itself. */
export interface SessionWords {
  /** Name of the image: one build of it at a time on a node, whoever starts it. */
  readonly image: string;
  /** Tells this build from all others; the node shows it to whoever is refused. */
  readonly owner: string;
  readonly onLost: 'keep' | 'stop';
  readonly how: 'new' | 'resume';
  /** The family's folder in the kit there. */
  readonly familyDir: string;
  readonly verbose: boolean;
}

/** The hold on a build of a node: nobody else has it until it ends. */
export interface BuildSession {
  /** Image folder of the build there. */
  readonly folder: string;
  /** Starts the build and follows it, or follows the one that goes on; gives its exit status. */
  follow(onEvent: (event: Event) => void): Promise<number>;
  /** Removes all that this build has there, and lets go. */
  end(): Promise<void>;
  /** Lets go as a cut connection does: what happens there is what onLost says. */
  leave(): void;
}

/** Milliseconds between two signs of life. */
const heartbeat = 15_000;

/**
 * Takes the hold on the build of an image. Throws `node-busy` when somebody else has it and `build-gone`
 * when what is to be resumed is not there.
 */
export async function openSession(node: RootNode, words: SessionWords): Promise<BuildSession> {
  const { host } = node.connection;
  const { image, owner, onLost, how, familyDir, verbose } = words;
  const options = verbose ? '--verbose' : '';
  const running = startPart(node, 'session', [image, owner, onLost, how, familyDir, options]);
  const lines = linesOf(running.stdout as AsyncIterable<Buffer>);
  const lost = async () => {
    const { stderr } = await running.ended;
    const what = how === 'new' && !started ? 'No build was begun there' : lostWords(onLost, host, image);
    return new RootimgError('connection-lost', `The connection to ${host} is lost.`, {
      details: lastLines(stderr),
      hint: what,
    });
  };
  let started = how === 'resume';
  const first = await next(lines);
  if (first === undefined) throw await lost();
  if (first.startsWith('busy')) throw busy(host, image, first.split(' ').slice(2).join(' '));
  if (first === 'gone') throw gone(host, image);
  const alive = setInterval(() => running.stdin.write('alive\n'), heartbeat);
  const tell = (word: string) => running.stdin.write(`${word}\n`);
  const close = async () => {
    clearInterval(alive);
    running.stdin.end();
    await running.ended;
  };
  return {
    folder: `${hostFolder(image)}/image`,
    follow: async (onEvent) => {
      if (how === 'new') tell('start');
      started = true;
      const stop = () => tell('stop');
      if (stopSignal.aborted) stop();
      stopSignal.addEventListener('abort', stop, { once: true });
      try {
        for (;;) {
          const line = await next(lines);
          if (line === undefined) throw await lost();
          const ended = /^ended (\d+|lost)$/.exec(line)?.[1];
          if (ended === 'lost') throw killed(host, image);
          if (ended !== undefined) return Number(ended);
          const event = parseEvent(line);
          if (event !== undefined) onEvent(event);
        }
      } finally {
        stopSignal.removeEventListener('abort', stop);
      }
    },
    end: async () => {
      tell('end');
      await close();
    },
    leave: () => {
      clearInterval(alive);
      running.kill('SIGKILL');
    },
  };
}

/** Longest line of events that is taken, in characters. */
const longestLine = 16 * 1024 * 1024;

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longestLine)
      throw new RootimgError('node-failed', 'The node sends a line without end.');
  }
}

async function next(lines: AsyncGenerator<string>): Promise<string | undefined> {
  const { value, done } = await lines.next();
  return done === true ? undefined : value;
}

function lostWords(onLost: 'keep' | 'stop', host: string, image: string): string {
  return onLost === 'stop'
    ? 'The build there stops. Nothing here has changed.'
    : `Nothing here has changed; the build there goes on. Take what it makes: genimage --on ${host} --resume ${image}`;
}

function busy(host: string, image: string, owner: string): RootimgError {
  return new RootimgError(
    'node-busy',
    `${image} is being built on ${host} already, for ${visibleText(owner) || 'somebody'}.`,
    {
      hint: 'Wait until that has ended, name another host, or, where it is your own that lost its connection: --resume.',
    },
  );
}

function gone(host: string, image: string): RootimgError {
  return new RootimgError('build-gone', `${host} has no build of ${image} that was begun from here.`, {
    hint: `Build it: genimage --on ${host} ${image}`,
  });
}

function killed(host: string, image: string): RootimgError {
  return new RootimgError(
    'build-killed',
    `The build of ${image} on ${host} was killed; nothing is left of it.`,
    {
      hint: `Was ${host} restarted? Build again: genimage --on ${host} ${image}`,
    },
  );
}
