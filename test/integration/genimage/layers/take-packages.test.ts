import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { findLayer, storeLayer } from '../../../../src/genimage/layers/package-layer.ts';
import { takePackages } from '../../../../src/genimage/layers/take-packages.ts';
import { openLogs } from '../../../../src/genimage/logs.ts';
import { beginTree } from '../../../../src/genimage/tree/prepare-tree.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import type { BuildRequest } from '../../../../src/plan/request.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { plainTreePlace } from '../../../../src/system/tree/tree-place.ts';
import { aPlan } from '../../../unit/genimage/a-plan.ts';

let base: string;
let phases: string[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-take-'));
  await mkdir(join(base, 'cache'));
  phases = [];
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A build of a plan that installs nothing: whatever is in its tree comes out of the cache. */
async function begin(request: Partial<BuildRequest> = {}, version = '1'): Promise<Build> {
  const folder = await mkdtemp(join(base, 'image-'));
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  const root = join(folder, 'rootimg');
  await beginTree(root, true, temporary);
  const reporter = silentReporter();
  const phase = (title: string) => {
    phases.push(title);
    return reporter.phase(title);
  };
  const cache = { folder: join(base, 'cache'), limit: 2 ** 40, version };
  return {
    ...{ plan: aPlan({ request: { ...emptyRequest(), ...request } }), folder, root, temporary },
    ...{ place: plainTreePlace(folder), treeTemporary: temporary, warnings: [], times: {} },
    ...{ context: { cache } as Build['context'], reporter: { ...reporter, phase } },
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    tree: { isNew: true, marked: false, changed: false },
  };
}

/** Keeps a tree with one file as what the packages of this plan make. */
async function keep(): Promise<void> {
  const build = await begin();
  writeFileSync(join(build.root, 'from-cache'), 'packages\n');
  const layer = await findLayer(build);
  if (layer === undefined) throw new Error('there is no place in the cache');
  await storeLayer(build, layer, ['what the packages warned of']);
  phases = [];
}
const fromCache = ({ root }: Build) => existsSync(join(root, 'from-cache'));

test('with --fresh the packages of an earlier build are taken, with what was warned of them', async () => {
  await keep();
  const build = await begin({ fresh: true });
  await takePackages(build);
  expect(readFileSync(join(build.root, 'from-cache'), 'utf8')).toBe('packages\n');
  expect(build.warnings).toEqual(['what the packages warned of']);
  expect(phases.some((title) => /install/i.test(title))).toBe(false);
});

test.each<[string, Partial<BuildRequest>, string?]>([
  ['without --fresh', {}],
  ['with --no-cache', { fresh: true, noCache: true }],
  ['by another release of ours', { fresh: true }, '2'],
])('%s they are not', async (_, request, version) => {
  await keep();
  const build = await begin(request, version);
  await takePackages(build);
  expect(fromCache(build)).toBe(false);
});

test('what was installed is kept, without anything of one machine; not with --no-cache', async () => {
  const uncached = await begin({ noCache: true });
  await takePackages(uncached);
  expect(await layers()).toEqual([]);
  const build = await begin();
  await takePackages(build);
  expect(await layers()).toHaveLength(1);
});

const layers = async () => (await readdir(join(base, 'cache'))).filter((name) => /^[0-9a-f]{64}$/.test(name));
