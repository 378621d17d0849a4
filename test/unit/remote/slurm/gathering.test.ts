import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gather } from '../../../../src/remote/slurm/gathering.ts';

test('whatever the order, those that are ready are submitted once, when all others are given up or ready', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }).chain((isReady) =>
        fc.tuple(
          fc.constant(isReady),
          fc.shuffledSubarray([...isReady.keys()], {
            minLength: isReady.length,
            maxLength: isReady.length,
          }),
        ),
      ),
      async ([isReady, order]) => {
        const submitted: (readonly number[])[] = [];
        const gathering = gather(async (indexes) => void submitted.push(indexes));
        const builds = isReady.map(() => gathering.expect());
        const waits: Promise<void>[] = [];
        for (const [count, at] of order.entries()) {
          expect(submitted).toEqual([]);
          if (isReady[at]) waits.push(builds[at]!.ready());
          else builds[at]!.over();
          if (count < order.length - 1) await Promise.resolve();
        }
        await Promise.all(waits);
        for (const build of builds) build.over();
        const ready = order.filter((at) => isReady[at]);
        expect(submitted).toEqual(ready.length === 0 ? [] : [ready]);
      },
    ),
  );
});

test('what the submission throws each of them hears', async () => {
  const gathering = gather(() => Promise.reject(new Error('no partition')));
  const builds = [gathering.expect(), gathering.expect()];
  const heard = await Promise.allSettled(builds.map((build) => build.ready()));
  expect(heard.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
