import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedIo } from '../lib/recorded-io.ts';
import { nodeGenimage } from '../../src/cli/genimage/node-run.ts';
import { printError } from '../../src/cli/print-error.ts';
import { readPlanFile } from '../../src/resolve/plan-file.ts';
import { makeWorld, type World } from './genimage/world.ts';

let world: World;
let plan: string;

/** A plan for a machine that no test runs on: what passes the reading ends in preflight. */
beforeEach(async () => {
  world = await makeWorld();
  await world.folder('/install/dist/repodata');
  await world.file('/install/a.pkglist', 'bash\n#INCLUDE:b.pkglist#\n');
  await world.file('/install/b.pkglist', 'vim\n');
  await world.file('/install/o.pkglist', 'other\n');
  await world.define(`x:
    objtype=osimage
    imagetype=linux
    osarch=s390x
    osvers=rhels9.4
    profile=compute
    provmethod=netboot
    pkgdir=/install/dist
    pkglist=/install/a.pkglist
    otherpkglist=/install/o.pkglist
`);
  const { stdout } = await world.run('--dryrun', '--json', 'x');
  plan = join(world.root, 'x.json');
  await writeFile(plan, stdout);
});
afterEach(() => world.remove());

async function node(...argv: string[]) {
  const { io, said } = recordedIo({ cwd: world.root });
  const bundle = pathToFileURL(join(world.root, 'opt/xcat/share/xcat/netboot/rh/genimage.mjs')).href;
  const code = await nodeGenimage(io, argv, bundle).then(
    () => 0,
    (error: unknown) => printError(io, error),
  );
  return { code, stderr: said.stderr };
}

/** The plan file with a part of its JSON set to another value. */
async function change(path: readonly string[], value: unknown): Promise<void> {
  const json = JSON.parse(await readFile(plan, 'utf8'));
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce((part, key) => part[key], json);
  parent[last] = value;
  await writeFile(plan, JSON.stringify(json));
}

describe('genimage --plan', () => {
  it('reads back what the dry run printed', async () => {
    const json = JSON.parse(await readFile(plan, 'utf8'));
    const read = await readPlanFile(plan);
    expect(read.shown).toEqual(json);
    expect(read.plan.passes[0]?.install.map(({ name }) => name)).toEqual(['bash', 'vim']);
  });

  it('starts the build of it, from any folder, with the line of its request in the messages', async () => {
    const { code, stderr } = await node('--plan', 'x.json');
    expect(code).toBe(1);
    expect(stderr).toContain('s390x');
    expect(stderr).toContain('--pkglist');
    expect(stderr).not.toContain('plan was made from');
  });

  it('names every file that has changed or is gone, also an included one', async () => {
    await world.file('/install/b.pkglist', 'vim\nemacs\n');
    await rm(join(world.root, 'install/o.pkglist'));
    const { code, stderr } = await node('--plan', plan);
    expect(code).toBe(1);
    const errors = world.away(stderr).split('\n');
    expect(errors).toContain("Error: The pkglist '/install/b.pkglist' is not what the plan was made from.");
    expect(errors).toContain(
      "Error: The plan's otherpkglist '/install/o.pkglist' cannot be read: it does not exist.",
    );
    expect(stderr).not.toContain('a.pkglist');
  });

  it.each([['schema'], ['plan.schema'], ['request.schema']])(
    'refuses another version in %s',
    async (where) => {
      await change(where.split('.'), 2);
      const { code, stderr } = await node('--plan', plan);
      expect(code).toBe(1);
      expect(stderr).toContain('The plan has schema version 2.');
      expect(stderr).toContain('This genimage reads version 1');
    },
  );

  it('refuses what is no plan, with the place', async () => {
    await change(['plan', 'netdrivers'], 'tg3');
    expect((await node('--plan', plan)).stderr).toContain('x.json: This is not a plan: plan.netdrivers: ');
    await change(['plan'], null);
    await change(['problems'], [{ code: 'no-repository', message: 'There is none.' }]);
    const none = await node('--plan', plan);
    expect(none).toMatchObject({ code: 1 });
    expect(none.stderr).toContain('There is none.');
    for (const text of ['', '[]', 'null', 'cd /x; ./genimage -a x86_64\n', '{"schema":1}']) {
      await writeFile(plan, text);
      expect(await node('--plan', plan)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('not a plan'),
      });
    }
    expect((await node('--plan', 'none.json')).stderr).toContain(
      "none.json' cannot be read: it does not exist",
    );
  });

  it('stands alone', async () => {
    const { code, stderr } = await node('--plan', plan, '-k', '5.14', '--onlyinitrd', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('--plan stands alone, not beside -k --onlyinitrd x.');
    expect((await node('--plan')).stderr).toContain('--plan needs a value');
  });
});
