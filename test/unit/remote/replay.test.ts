import { expect, it } from 'vitest';
import type { Event } from '../../../src/plan/event.ts';
import { replayTo } from '../../../src/remote/replay.ts';
import type { Reporter } from '../../../src/report/reporter.ts';

function replayed(events: readonly object[]): string[] {
  const said: string[] = [];
  const say = (kind: string) => (text: unknown) => void said.push(`${kind} ${String(text)}`);
  const reporter = {
    ...{ line: say('line'), info: say('info'), detail: say('detail'), warn: say('warn') },
    fact: (name: string) => void said.push(`fact ${name}`),
    phase: (title: string) => {
      said.push(`begin ${title}`);
      return {
        progress: (text: string, done?: number, total?: number) =>
          void said.push(`${title} ${text} ${done}/${total}`),
        done: (summary?: string) => void said.push(`done ${title} ${summary}`),
        failed: () => void said.push(`failed ${title}`),
      };
    },
  } as unknown as Reporter;
  const replay = replayTo(reporter, (text) => text.replace('/there', '/here'));
  for (const event of events) replay(event as Event);
  return said;
}

it('tells what a build elsewhere told, with the paths of this host; its results are news here', () => {
  expect(
    replayed([
      { event: 'line', msg: 'a line of /there' },
      { event: 'warning', msg: 'in /there' },
      { event: 'detail', msg: 'd' },
      { event: 'fact', name: 'pack', data: 1 },
    ]),
  ).toEqual(['info a line of /here', 'warn in /here', 'detail d', 'fact pack']);
});

it('phases begin, go on and end as they did there', () => {
  expect(
    replayed([
      { event: 'phase-start', phase: 'Install' },
      { event: 'progress', phase: 'Install', msg: 'bash', done: 1, total: 2 },
      { event: 'progress', phase: 'unknown', msg: 'x' },
      { event: 'phase-done', phase: 'Install', msg: '' },
      { event: 'phase-done', phase: 'Install', msg: 'again' },
    ]),
  ).toEqual(['begin Install', 'Install bash 1/2', 'done Install undefined']);
});

it('what was open when it ended has failed', () => {
  const open = ['a', 'b', 'c'].map((phase) => ({ event: 'phase-start', phase }));
  const said = replayed([...open, { event: 'phase-failed', phase: 'b' }, { event: 'result', exitCode: 1 }]);
  expect(said.slice(3)).toEqual(['failed b', 'failed a', 'failed c']);
});
