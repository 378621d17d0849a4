import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Event, parseEvent, readEvents } from '../../../src/plan/event.ts';
import { jsonReporter } from '../../../src/report/json.ts';

/** What the reporter writes for each kind of event. */
function everything(verbose: boolean): string {
  let text = '';
  const reporter = jsonReporter({ out: (one) => (text += one), err: () => {} }, { verbose });
  reporter.line('a line\nof two');
  reporter.info('i');
  reporter.detail('d');
  reporter.warn('w');
  reporter.fact('pack', { size: 1 });
  const phase = reporter.phase('Select files');
  phase.progress('p', 1, 2);
  phase.progress('p');
  phase.done('5 members');
  reporter.phase('Write').failed();
  const origin = { file: '/l', line: 3 };
  reporter.result({ command: 'packimage', exitCode: 1, problems: [{ code: 'c', message: 'm', origin }] });
  reporter.close();
  return text;
}

async function read(pieces: readonly string[]): Promise<{ events: Event[]; other: string[] }> {
  const events: Event[] = [];
  const other: string[] = [];
  const stream = (async function* () {
    yield* pieces;
  })();
  for await (const event of readEvents(stream, (line) => other.push(line))) events.push(event);
  return { events, other };
}

it('reads back every event that the reporter writes, cut anywhere', async () => {
  const text = everything(true);
  const whole = await read([text]);
  expect(whole.other).toEqual([]);
  expect(whole.events.map(({ event }) => event)).toEqual([
    ...['line', 'info', 'detail', 'warning', 'fact', 'phase-start', 'progress', 'progress', 'phase-done'],
    ...['phase-start', 'phase-failed', 'result'],
  ]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(await read(pieces)).toEqual(whole);
    }),
  );
});

it('keeps details and progress for --verbose', async () => {
  const { events } = await read([everything(false)]);
  expect(events.filter(({ event }) => event === 'detail' || event === 'progress')).toEqual([]);
});

it('passes on what is no event of this schema', async () => {
  const [line = ''] = everything(false).split('\n');
  const newer = line.replace('"schema":1', '"schema":2');
  expect(await read([`motd\n${newer}\n{"schema":1}`])).toEqual({
    events: [],
    other: ['motd', newer, '{"schema":1}'],
  });
  expect(parseEvent(line)).toMatchObject({ event: 'line', msg: 'a line\nof two', schema: 1 });
});
