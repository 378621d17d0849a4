import { expect, test, vi } from 'vitest';
import { runWithUname } from '../../../../src/packages/rpm/uname-cover.ts';

const owner: { name: string | undefined } = { name: 'coreutils' };
vi.mock('../../../../src/packages/rpm/installed-names.ts', () => ({ ownerOf: async () => owner.name }));

const host = { root: '/none', shared: '/none', macros: '/none' };
const uname = { machine: 'x86_64', release: '6.4', cover: false };

/** What is run, in order, where the run replaces the owner of uname as often as `touches` says. */
async function order(touches: boolean[], canRenew = true) {
  const done: string[] = [];
  await runWithUname(host, uname, {
    touches: async () => touches.shift() ?? false,
    renew: canRenew ? async (name) => [void done.push(`renew ${name}`)].flatMap(() => []) : undefined,
    run: async (given) => [void done.push(`run ${given?.cover}`)].flatMap(() => []),
  });
  return done;
}

test('a uname that nobody replaces is covered', async () => {
  expect(await order([false])).toEqual(['run true']);
});

test('a package that replaces it comes first; where it still would, nothing is covered', async () => {
  expect(await order([true, false])).toEqual(['renew coreutils', 'run true']);
  expect(await order([true, true])).toEqual(['renew coreutils', 'run false']);
});

test('a run that only takes away renews nothing', async () => {
  expect(await order([true], false)).toEqual(['run false']);
});

test('an image without uname is left as it is', async () => {
  owner.name = undefined;
  expect(await order([true])).toEqual(['run false']);
  owner.name = 'coreutils';
});
