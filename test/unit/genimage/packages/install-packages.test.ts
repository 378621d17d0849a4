import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { checkPackageNames, installPackages } from '../../../../src/genimage/packages/install-packages.ts';
import type { PackageTask, Session } from '../../../../src/packages/manager.ts';
import type { BuildPlan, PackagePass } from '../../../../src/plan/build-plan.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../a-plan.ts';

const folder = useFolder();

function pass(install: readonly string[], more: Partial<PackagePass> = {}): PackagePass {
  const entries = (names: readonly string[]) =>
    names.map((name, index) => ({ name, origin: { file: 'list', line: index + 1 } }));
  return { install: entries(install), removeBefore: [], removeAfter: [], environment: [], ...more };
}

/** A build of this plan with a package manager that only notes what it is asked to do. */
function building(changes: Partial<BuildPlan>) {
  const checked: string[][] = [];
  const applied: PackageTask[] = [];
  const session: Session = {
    checkNames: async ({ entries }) => void checked.push(entries.map(({ name }) => name)),
    resolve: async () => ({ touched: new Set() }),
    apply: async (task) => {
      applied.push(task);
      return [{ what: `${task.command} failed`, output: [] }];
    },
    settle: async () => {},
  };
  const build = {
    ...{ plan: aPlan(changes), root: join(folder.path, 'root'), reporter: silentReporter() },
    ...{ times: {}, tree: { isNew: true, marked: false, changed: false } },
  } as unknown as Build;
  return { build, session, checked, applied };
}

test.each<[string, Partial<BuildPlan>, string[][]]>([
  ['one pass checks its names itself', { passes: [pass(['bash'])] }, []],
  [
    'the names of several passes are checked before the first',
    { passes: [pass(['a'])], otherPasses: [pass(['b'])] },
    [['a', 'b']],
  ],
  ['a pass that only removes has none', { passes: [pass(['a'])], otherPasses: [pass([])] }, []],
  ['the keys of a package file come first', { passes: [pass(['a', '/x/b.rpm'])] }, [['a', '/x/b.rpm']]],
])('%s', async (_, changes, names) => {
  const { build, session, checked } = building(changes);
  await checkPackageNames(build, session);
  expect(checked).toEqual(names);
});

test('the image answers with its kernel from the otherpkglist on, and every failed script is given', async () => {
  await folder.file('root/lib/modules/5.14.0-1/modules.builtin');
  await folder.file('root/lib/modules/5.14.0-1/vmlinuz', 'kernel');
  const { build, session, applied } = building({ passes: [pass(['a'])], otherPasses: [pass(['b'])] });
  const failures = await installPackages(build, session);
  expect(applied.length).toBeGreaterThan(1);
  expect(failures).toHaveLength(applied.length);
  expect(applied[0]?.uname).toBeUndefined();
  for (const task of applied.slice(1))
    expect(task.uname).toMatchObject({ machine: 'x86_64', release: '5.14.0-1' });
});
