import { expect, test } from 'vitest';
import { RootimgError } from '../../../../src/base/errors.ts';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { warnOfLacking } from '../../../../src/genimage/packages/lacking-packages.ts';
import type { Session } from '../../../../src/packages/manager.ts';
import { aPlan } from '../a-plan.ts';

const whole = ['linux-image-amd64', 'dracut', 'curl', 'iproute2', 'cpio', 'kmod'];

interface Case {
  readonly named: readonly string[];
  readonly others?: readonly string[];
  /** What the package manager would bring; an error: it finds no way. */
  readonly brought?: readonly string[] | RootimgError;
  readonly isNew?: boolean;
}

async function warned({ named, others = [], brought = [], isNew = true }: Case) {
  const pass = (names: readonly string[]) => ({
    install: names.map((name) => ({ name, origin: { file: 'list', line: 1 } })),
    removeBefore: [],
    removeAfter: [],
    environment: [],
  });
  const { image } = aPlan();
  const plan = aPlan({
    image: { ...image, osvers: 'debian12', family: 'debian', packageManager: 'apt' },
    passes: [pass(named)],
    otherPasses: [pass(others)],
  });
  const warnings: string[] = [];
  let asked = 0;
  const resolve = () => {
    asked += 1;
    if (brought instanceof RootimgError) return Promise.reject(brought);
    return Promise.resolve({ touched: new Set(brought) });
  };
  const build = { plan, tree: { isNew }, warnings, reporter: { warn: () => {} } };
  await warnOfLacking(build as unknown as Build, { resolve } as unknown as Session);
  return { warnings, asked };
}

test('a list that names what nodes need costs no question', async () => {
  expect(await warned({ named: whole })).toEqual({ warnings: [], asked: 0 });
  expect(await warned({ named: ['bash'], isNew: false })).toEqual({ warnings: [], asked: 0 });
});

test('what neither the lists nor their dependencies bring is told before the tree is filled', async () => {
  const without = whole.filter((name) => !['linux-image-amd64', 'dracut', 'kmod'].includes(name));
  const { warnings } = await warned({ named: without, brought: ['kmod', 'libc6'] });
  expect(warnings).toEqual([
    'No package of the lists brings a kernel. Name linux-image-generic or linux-image-amd64 in pkglist.',
    'No package of the lists brings dracut, which makes the initrd. Name dracut and dracut-network in pkglist.',
  ]);
  const other = await warned({ named: without, others: ['site/dracut', 'linux-image-x'], brought: ['kmod'] });
  expect(other.warnings).toEqual([]);
});

test('passes that only work one after the other are left to themselves', async () => {
  const brought = new RootimgError('unmet-dependency', 'no');
  expect((await warned({ named: ['bash'], brought })).warnings).toEqual([]);
});
