import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseEvent } from '../../src/plan/event.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  await world.define();
});
afterEach(() => world.remove());

/** Every line is an event, and the last one is the result. */
async function result(line: string) {
  const { code, stdout, stderr } = await world.run(line);
  const events = stdout.trimEnd().split('\n').map(parseEvent);
  expect(events).not.toContain(undefined);
  return { code, stderr, last: events.at(-1) };
}

test('a command that went well ends with a result', async () => {
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  const { code, last } = await result('packimage --json myimg');
  expect(code).toBe(0);
  expect(last).toMatchObject({
    event: 'result',
    command: 'packimage',
    exitCode: 0,
    problems: [],
    level: 'info',
  });
});

test.each([
  'packimage --json myimg',
  'packimage --json nosuch',
  'rootimg rollback --json myimg',
  'rootimg boot --json nosuch',
])('so does one that failed, with what stands on standard error: %s', async (line) => {
  const { code, stderr, last } = await result(line);
  expect(code).toBe(1);
  if (last?.event !== 'result') throw new Error('no result');
  expect(last.exitCode).toBe(1);
  expect(last.problems).not.toEqual([]);
  for (const { message } of last.problems) expect(stderr).toContain(message);
});
