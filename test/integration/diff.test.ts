import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVersion } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;

/** What the next genimage would leave: a kernel, these packages, an initrd with these modules. */
function build(
  version: string,
  packages: Readonly<Record<string, number>>,
  modules: readonly string[],
): void {
  const path = `${world.rootimgdir}/manifest.json`;
  const pack = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).pack : undefined;
  buildVersion(world, version);
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.build.packages = Object.entries(packages).map(([nevra, size]) => ({ nevra, size }));
  manifest.build.initrd.modules = modules;
  world.write('image/manifest.json', JSON.stringify({ ...manifest, ...(pack && { pack }) }));
}

const first = { 'bash-5.1-1.el9.x86_64': 7_000_000, 'gone-1-1.noarch': 2000 };
const second = { 'bash-5.2-1.el9.x86_64': 9_000_000, 'come-1-1.noarch': 5000 };

beforeAll(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define();
  build('5.14.0-1', first, ['a', 'b']);
  await world.run('packimage -c gzip myimg');
});
afterAll(() => world.remove());

test('a pack says what is new since the last one; rootimg diff says all of it', async () => {
  const again = await world.run('packimage -c gzip myimg');
  expect(again.stdout).not.toContain('Since the last pack');
  expect(await world.run('rootimg diff myimg@1 myimg')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^myimg@1 → myimg: the same\n/),
  });

  build('5.14.0-2', second, ['b', 'c']);
  writeFileSync(`${world.rootimgdir}/rootimg/usr/bin/large`, randomBytes(2_000_000));
  const packed = await world.run('packimage -c gzip myimg');
  const since = /^Since the last pack: (.*)$/m.exec(packed.stdout)?.[1];
  expect(since).toMatch(
    /^packages: 1 added, 1 removed, 1 up, \+2\.0 MB; kernel: 5\.14\.0-1 → 5\.14\.0-2; download: 0\.0 MB → 2\.0 MB; node memory: /,
  );
  const { code, stdout } = await world.run(
    `rootimg diff ${world.rootimgdir}/generations/2/manifest.json myimg@3`,
  );
  expect(code).toBe(1);
  expect(stdout.split('\n').slice(1, 9)).toEqual([
    'packages: 1 added, 1 removed, 1 up, +2.0 MB',
    '  ↑ bash 5.1-1.el9 → 5.2-1.el9 (x86_64)  +2.0 MB',
    '  + come 1-1 (noarch)  +5 kB',
    '  - gone 1-1 (noarch)  -2 kB',
    'kernel: 5.14.0-1 → 5.14.0-2',
    'initrd: other modules',
    '  + c',
    '  - a',
  ]);
  const json = JSON.parse((await world.run('rootimg diff --json myimg@1 myimg@3')).stdout);
  expect(json).toMatchObject({
    ...{
      schema: 1,
      from: 'myimg@1',
      to: 'myimg@3',
      same: false,
      kernel: { from: '5.14.0-1', to: '5.14.0-2' },
    },
    packages: [{ name: 'bash', kind: 'up', bytes: 2_000_000 }, { name: 'come' }, { name: 'gone' }],
    initrd: { modules: { added: ['c'], removed: ['a'] } },
  });
});

test('what was published is compared, also where a build lies between that was never packed', async () => {
  build('5.14.0-3', first, ['b', 'c']);
  build('5.14.0-2', second, ['b', 'c']);
  expect((await world.run('packimage -c gzip myimg')).stdout).not.toContain('Since the last pack');
});

test('wrong words are exit code 2, as all that goes wrong', async () => {
  for (const line of ['diff myimg', 'diff myimg nothing', 'diff myimg@99 myimg', 'diff ./no.json myimg']) {
    const { code, stderr } = await world.run(`rootimg ${line}`);
    expect([line, code]).toEqual([line, 2]);
    expect(stderr).toMatch(/^Error: /);
  }
});
