import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RootimgError } from '../../base/errors.ts';
import { refuseOther } from '../../base/regular-file.ts';
import { visibleText } from '../../base/visible-text.ts';
import { type Event, parseEvent } from '../../plan/event.ts';
import { stopSignal } from '../../system/signals.ts';
import { isAlive, type Slurm, type SlurmTask, type TaskState } from './slurm.ts';

/** What a task's file of events tells. */
export interface TaskNews {
  /** It has begun on this node. */
  readonly onNode: (node: string) => void;
  readonly onEvent: (event: Event) => void;
  /** It waits in the queue. */
  readonly onWaiting: (state: TaskState) => void;
}

/** Milliseconds between two looks at the file, and between two questions to Slurm. */
const look = 500;
const question = 5000;

/** Bytes of the longest line of events that is taken. */
const longestLine = 16 * 1024 * 1024;

/**
 * Follows a task by what it writes into the file `events` and by what Slurm says of it, and gives its exit
 * status. Told to stop, it has Slurm end the task, and goes on until that has ended. Throws `job-lost` when
 * it is over without having said how it ended.
 */
export async function followTask(
  slurm: Slurm,
  task: SlurmTask,
  events: string,
  news: TaskNews,
): Promise<number> {
  const lines = fileLines(events);
  let cancelled = false;
  let asked = -Infinity;
  for (;;) {
    const isStopped: boolean = stopSignal.aborted && !cancelled;
    const isDue = performance.now() - asked >= question || isStopped;
    // Asked before the file is read: who is over has written all.
    const state = isDue ? await slurm.stateOf(task).catch(unanswered) : 'unasked';
    if (isDue) asked = performance.now();
    for (const line of await lines()) {
      const status = tell(line, news);
      if (status !== undefined) return status;
    }
    if (state === undefined || (typeof state === 'object' && !isAlive(state))) throw jobLost(state);
    if (typeof state === 'object') {
      if (state.state === 'PENDING') news.onWaiting(state);
      if (isStopped) await slurm.cancel(state.id);
      cancelled ||= isStopped;
    }
    await sleep(look);
  }
}

/** Slurm may be restarted meanwhile: its jobs go on. */
function unanswered(error: unknown): 'unanswered' {
  if (error instanceof RootimgError && error.code === 'slurm-failed') return 'unanswered';
  throw error;
}

function tell(line: string, { onNode, onEvent }: TaskNews): number | undefined {
  const [, node] = /^node (.+)$/.exec(line) ?? [];
  if (node !== undefined) onNode(visibleText(node));
  const [, status] = /^ended (\d+)$/.exec(line) ?? [];
  if (status !== undefined) return Number(status);
  const event = parseEvent(line);
  if (event !== undefined) onEvent(event);
  return undefined;
}

/**
 * Gives the lines that have come to a file since the last call. It is opened each time, because NFS looks for
 * news only then.
 */
function fileLines(path: string): () => Promise<string[]> {
  const decoder = new TextDecoder();
  let position = 0;
  let rest = '';
  return async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      refuseOther(path, await file.stat());
      const buffer = Buffer.allocUnsafe(1024 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        rest += decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      }
    } finally {
      await file.close();
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine)
      throw new RootimgError('node-failed', 'The node sends a line without end.');
    return lines;
  };
}

function jobLost(state: TaskState | undefined): RootimgError {
  if (state === undefined) {
    return new RootimgError(
      'job-lost',
      'Slurm does not know the job any more, and it did not say how it ended.',
    );
  }
  const where = state.node === '' ? '' : ` on ${visibleText(state.node)}`;
  return new RootimgError(
    'job-lost',
    `The job ${visibleText(state.id)}${where} is ${visibleText(state.state)}.`,
  );
}
