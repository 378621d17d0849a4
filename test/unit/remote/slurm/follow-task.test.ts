import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RootimgError } from '../../../../src/base/errors.ts';
import { followTask } from '../../../../src/remote/slurm/follow-task.ts';
import type { Slurm, TaskState } from '../../../../src/remote/slurm/slurm.ts';

let folder: string;
let events: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-task-'));
  events = join(folder, 'events');
  await writeFile(events, '');
});
afterEach(() => rm(folder, { recursive: true }));

const running = { id: '17_0', state: 'RUNNING', node: 'n1', reason: 'None' };

/** Answers in turn, the last one for ever. */
function slurm(...answers: (TaskState | undefined | Error)[]): Slurm {
  return {
    submit: () => Promise.resolve(),
    cancel: () => Promise.resolve(),
    stateOf: () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

function follow(by: Slurm) {
  const heard: string[] = [];
  const ended = followTask(by, { batch: 'rootimg-1', index: 0 }, events, {
    onNode: (node) => heard.push(`node ${node}`),
    onEvent: (event) => heard.push(event.event),
    onWaiting: ({ reason }) => heard.push(`waits: ${reason}`),
  });
  return { heard, ended };
}

const event = '{"schema":1,"level":"info","time":"2026-01-01T00:00:00.000Z","event":"info","msg":"größer"}\n';

test('what comes in pieces is taken as it was written, up to how it ended', async () => {
  const { heard, ended } = follow(slurm(running));
  const bytes = Buffer.from(`node n1\n${event}\nended 3\n`);
  // The cut is within a letter.
  const cut = bytes.indexOf('ö') + 1;
  await appendFile(events, bytes.subarray(0, cut));
  await new Promise((resolve) => setTimeout(resolve, 700));
  await appendFile(events, bytes.subarray(cut));
  expect(await ended).toBe(3);
  expect(heard).toEqual(['node n1', 'info']);
});

test('a job that is over has said all: it is lost where it did not say how it ended', async () => {
  await writeFile(events, 'node n1\n');
  const over = follow(slurm({ ...running, state: 'NODE_FAIL' }));
  await expect(over.ended).rejects.toThrow('The job 17_0 on n1 is NODE_FAIL.');
  await expect(follow(slurm(undefined)).ended).rejects.toThrow('Slurm does not know the job any more');
  await appendFile(events, 'ended 0\n');
  expect(await follow(slurm({ ...running, state: 'NODE_FAIL' })).ended).toBe(0);
  expect(await follow(slurm(undefined)).ended).toBe(0);
});

test('a Slurm that does not answer for a while is no end of the job', async () => {
  const { ended } = follow(slurm(new RootimgError('slurm-failed', 'Slurm does not answer.'), running));
  await appendFile(events, 'ended 0\n');
  expect(await ended).toBe(0);
});

test('a link in the place of the file is not followed', async () => {
  await rm(events);
  await symlink('/etc/passwd', events);
  await expect(follow(slurm(running)).ended).rejects.toMatchObject({ code: 'ELOOP' });
});
