import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Event } from '../../../src/plan/event.ts';
import { openSession, type SessionWords } from '../../../src/remote/build-session.ts';
import type { RootNode } from '../../../src/remote/node.ts';
import { start } from '../../../src/system/exec.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

/** A node whose part of the session is this shell script; its words are `$1` (the image), `$2` … */
function nodeThat(script: string): RootNode {
  return {
    rights: { by: 'root' },
    connection: {
      host: 'n1',
      argv: (command) => [...command],
      // exec sh -c SCRIPT rootimg WORDS
      start: (command) => start(['sh', '-c', script, 'rootimg', ...command.slice(5)], { outlivesStop: true }),
      forward: async () => 0,
      close: async () => {},
    },
  };
}

const open = (script: string, changes: Partial<SessionWords> = {}) =>
  openSession(nodeThat(script), {
    ...{
      image: 'compute',
      owner: 'root@mgmt',
      onLost: 'keep',
      how: 'new',
      familyDir: '/kit/rh',
      verbose: false,
    },
    ...changes,
  });

/** What happens when the build is followed to its end. */
async function follow(script: string, changes: Partial<SessionWords> = {}) {
  const events: Event[] = [];
  const session = await open(script, changes);
  const status = await session.follow((event) => events.push(event)).finally(() => session.leave());
  return { events, status };
}

const event = '{"schema":1,"time":"2024-01-01T00:00:00.000Z","level":"info","event":"line","msg":"text"}';

test('the build is started, its events come through and nothing else does, and its status is given', async () => {
  const script = `echo ready; read -r word; [ "$word" = start ] || exit 1
printf '%s\\nnoise\\n\\n' '${event}'; echo 'ended 3'; cat >/dev/null`;
  const { events, status } = await follow(script);
  expect(events.map(({ msg }) => msg)).toEqual(['text']);
  expect(status).toBe(3);
});

test('lines are lines wherever the connection cuts them', async () => {
  const script = `echo ready; read -r word
printf '%s' '${event.slice(0, 20)}'; sleep 0.1; printf '%s\\nend' '${event.slice(20)}'; sleep 0.1; echo 'ed 0'; cat >/dev/null`;
  const { events, status } = await follow(script);
  expect([events.length, status]).toEqual([1, 0]);
});

test('a build that goes on is followed without a start', async () => {
  const script = `echo ready; echo 'ended 0'; cat >'${join(folder.path, 'said')}'`;
  const session = await open(script, { how: 'resume' });
  expect(await session.follow(() => {})).toBe(0);
  await session.end();
  expect(readFileSync(join(folder.path, 'said'), 'utf8')).toBe('end\n');
});

test('what a node is told of a build', async () => {
  const file = join(folder.path, 'words');
  const session = await open(`printf '%s|' "$@" >'${file}'; echo ready; cat >/dev/null`, { verbose: true });
  await session.end();
  expect(readFileSync(file, 'utf8')).toBe('compute|root@mgmt|keep|new|/kit/rh|--verbose|');
  expect(session.folder).toMatch(/\/builds\/compute\/image$/);
});

test.each<[string, string, string, RegExp]>([
  [
    'somebody else builds it',
    'echo "busy 5 root@a\\033[2J since 10:00"',
    'node-busy',
    /^compute is being built on n1 already, for root@a.*x1b.*since 10:00\.$/,
  ],
  ['nobody knows who builds it', 'echo busy', 'node-busy', /for somebody\.$/],
  ['there is nothing to go on with', 'echo gone', 'build-gone', /n1 has no build of compute/],
  ['nothing is said', 'exit 255', 'connection-lost', /The connection to n1 is lost/],
])('%s: it is not begun', async (_, script, code, message) => {
  await expect(open(script)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a connection that is lost is told with what goes on there', async () => {
  const lost = 'echo ready; read -r word; echo "broken pipe" >&2; exit 255';
  await expect(open('exit 255')).rejects.toMatchObject({ hint: 'No build was begun there' });
  await expect(follow(lost)).rejects.toMatchObject({
    ...{ code: 'connection-lost', details: ['broken pipe'] },
    hint: expect.stringContaining('genimage --on n1 --resume compute'),
  });
  await expect(follow(lost, { onLost: 'stop' })).rejects.toMatchObject({
    hint: 'The build there stops. Nothing here has changed.',
  });
});

test('a build that was killed there is told', async () => {
  await expect(follow('echo ready; read -r word; echo ended lost')).rejects.toMatchObject({
    code: 'build-killed',
  });
});

test('a node cannot fill our memory with a line without end', async () => {
  const endless = "echo ready; read -r word; head -c 18000000 /dev/zero | tr '\\0' x; cat >/dev/null";
  await expect(follow(endless)).rejects.toMatchObject({ code: 'node-failed' });
});
