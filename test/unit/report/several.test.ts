import { expect, test } from 'vitest';
import { readEvents } from '../../../src/plan/event.ts';
import { chooseReporters } from '../../../src/report/choose.ts';
import type { SeveralReporters } from '../../../src/report/reporter.ts';

const problem = { code: 'x', message: 'went wrong' };

/** Two images at once, the second of which fails. */
function tell({ of, all }: SeveralReporters): void {
  const [a, b] = [of('a'), of('b')];
  const first = a.phase('Install packages');
  const second = b.phase('Send the plan');
  a.warn('careful');
  first.progress('half', 1, 2);
  second.failed();
  b.result({ command: 'genimage', exitCode: 1, problems: [problem] });
  b.close();
  first.done('12 MB');
  a.result({ command: 'genimage', exitCode: 0, problems: [] });
  a.close();
  all.line('1 of 2');
  all.result({ command: 'genimage', exitCode: 1, problems: [problem] });
  all.close();
}

async function told(choice: { json?: boolean; quiet?: boolean; verbose?: boolean }) {
  let [out, err] = ['', ''];
  tell(await chooseReporters(choice, { out: (text) => (out += text), err: (text) => (err += text) }));
  return { out: out.replaceAll(/\d+ ms/g, 'N ms'), err };
}

test('where there is no terminal, each line begins with the name of its image', async () => {
  expect(await told({})).toEqual({
    out:
      'a: Install packages …\nb: Send the plan …\nb: Send the plan: failed after N ms\n' +
      'a: Install packages: done in N ms (12 MB)\n1 of 2\n',
    err: 'Warning: a: careful\n',
  });
  expect((await told({ verbose: true })).out).toContain('\n  a: half\n');
  expect((await told({ quiet: true })).out).toBe('1 of 2\n');
});

test('events say whose they are; the last one is of all', async () => {
  const { out } = await told({ json: true });
  const events = [];
  const text = async function* () {
    yield out;
  };
  for await (const event of readEvents(text())) events.push([event.image, event.event]);
  expect(events).toEqual([
    ...[
      ['a', 'phase-start'],
      ['b', 'phase-start'],
      ['a', 'warning'],
      ['b', 'phase-failed'],
    ],
    ...[
      ['b', 'result'],
      ['a', 'phase-done'],
      ['a', 'result'],
      [undefined, 'line'],
      [undefined, 'result'],
    ],
  ]);
});
