import { expect, test } from 'vitest';
import type { Build } from '../../../src/genimage/build-context.ts';
import { toolVersions } from '../../../src/genimage/tool-versions.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { PackageId } from '../../../src/plan/package-id.ts';
import { aPlan } from './a-plan.ts';

const packages: PackageId[] = ['bash', 'dracut'].map((name) => ({
  ...{ type: 'rpm' as const, name, version: `${name}-57` },
  arch: 'x86_64',
}));
const versions = (onlyinitrd: boolean, installed = packages) =>
  toolVersions({ plan: aPlan({ request: { ...emptyRequest(), onlyinitrd } }) } as Build, installed);

test("the image's dracut made the initrd; where nothing was installed nothing else is named", async () => {
  expect(await versions(true)).toEqual({ node: process.versions.node, dracut: 'dracut-57' });
  expect(await versions(true, [])).toEqual({ node: process.versions.node });
});

test('the tools of the package manager are named where packages were installed', async () => {
  const { node, dracut, ...others } = await versions(false);
  expect({ node, dracut }).toEqual({ node: process.versions.node, dracut: 'dracut-57' });
  expect(Object.keys(others).join()).toMatch(/dnf/);
  expect(Object.values(others).every((version) => version !== '')).toBe(true);
});
