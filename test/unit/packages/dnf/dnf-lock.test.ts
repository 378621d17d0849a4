import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Dnf } from '../../../../src/packages/dnf/dnf-call.ts';
import { dnfTurns } from '../../../../src/packages/dnf/dnf-choice.ts';
import { dnfLocking } from '../../../../src/packages/dnf/dnf-lock.ts';
import { aPlan } from '../../genimage/a-plan.ts';
import { aSite } from '../a-site.ts';

let folder: string;
let dnf: Dnf;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-dnf-lock-'));
  const repositories = ['pkgdir-0', 'pkgdir-1'].map((id) => ({
    ...{ id, url: 'https://mirror/os', from: 'pkgdir' as const },
  }));
  const site = aSite(folder, folder, { plan: aPlan({ repositories }) });
  const host = { root: folder, shared: folder, macros: folder };
  dnf = { site, host, dialect: { options: [] }, session: {} } as unknown as Dnf;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bash = {
  name: 'bash',
  version: '1:5.2-1',
  arch: 'x86_64',
  repository: 'pkgdir-0',
  digest: `sha256:${'a'.repeat(64)}`,
};
const checking = { dialect: { id: 'checks keys' } } as unknown as Dnf;
const turns = () => dnfTurns(dnf, () => Promise.resolve(checking));
const task = { command: 'install', entries: [], repositories: [], environment: [] } as const;

test('what a lock does not name does not exist for dnf, in any repository', async () => {
  const turn = await turns()({ ...task, choice: { packages: [bash], others: 'none' } });
  const text = await readFile(turn.dnf.session.configFile, 'utf8');
  const sections = text.split(/^\[/m);
  expect(sections.find((one) => one.startsWith('pkgdir-0]'))).toContain('includepkgs=bash-1:5.2-1.x86_64\n');
  // No line at all would let everything in.
  expect(sections.find((one) => one.startsWith('pkgdir-1]'))).toMatch(/^includepkgs=\S+$/m);
});

test('a task without a choice has the configuration of all', async () => {
  expect((await turns()(task)).dnf).toBe(dnf);
});

test('only what changes packages waits for the keys', async () => {
  const looking = dnfTurns(dnf, () => Promise.reject(new Error('keys were asked for')));
  expect((await looking(task)).dnf).toBe(dnf);
  await expect(looking(task, 'change')).rejects.toThrow('keys were asked for');
  expect((await turns()(task, 'change')).dnf).toBe(checking);
});

async function cache(location: string, place = 'cache/pkgdir-0-0123456789abcdef'): Promise<void> {
  const repodata = join(folder, place, 'repodata');
  await mkdir(repodata, { recursive: true });
  await mkdir(join(repodata, '../packages'));
  await writeFile(join(repodata, '../packages/bash.rpm'), 'rpm');
  const index = '<data type="primary"><location href="repodata/p.xml"/></data>';
  await writeFile(join(repodata, 'repomd.xml'), index);
  const [, version = '', release = ''] = /^1:(.*)-(.*)$/.exec(bash.version) ?? [];
  await writeFile(
    join(repodata, 'p.xml'),
    `<package type="rpm"><name>bash</name><arch>x86_64</arch>
     <version epoch="1" ver="${version}" rel="${release}"/>
     <checksum type="sha256" pkgid="YES">${'a'.repeat(64)}</checksum><location href="${location}"/><format></package>`,
  );
}
const keep = () => dnfLocking(dnf, turns()).keep([bash], join(folder, 'kept'));

test('what dnf has fetched is kept where its repository has it, with what dnf knows of the repository', async () => {
  await cache('Packages/b/bash.rpm');
  await keep();
  expect(await readFile(join(folder, 'kept/pkgdir-0/Packages/b/bash.rpm'), 'utf8')).toBe('rpm');
  expect(await readFile(join(folder, 'kept/pkgdir-0/repodata/p.xml'), 'utf8')).toContain('bash');
});

test.each(['../../out/bash.rpm', '/out/bash.rpm', 'a/../../../bash.rpm'])(
  'a repository that has a package at %s is refused',
  async (location) => {
    await cache(location);
    await expect(keep()).rejects.toThrow('outside of itself');
  },
);

test('what a folder of this host offers is told without dnf; what dnf has cached of it goes first', async () => {
  const repositories = [{ id: 'pkgdir-0', url: `file://${folder}/os`, from: 'pkgdir' as const }];
  const own = { ...dnf, site: aSite(folder, folder, { plan: aPlan({ repositories }) }) };
  const offers = () =>
    dnfLocking(
      own,
      dnfTurns(own, () => Promise.reject(new Error())),
    ).offers([bash]);
  await cache('Packages/b/bash.rpm', 'os');
  expect(await offers()).toEqual([{ ...bash, path: join(folder, 'os/Packages/b/bash.rpm') }]);
  await cache('Packages/a/bash.rpm');
  expect(await offers()).toEqual([{ ...bash, path: join(folder, 'os/Packages/a/bash.rpm') }]);
});

test.each(['href="../elsewhere/p.xml"', 'xml:base="http://mirror" href="repodata/p.xml"'])(
  'dnf is asked for the metadata of a folder that has them elsewhere: %s',
  async (place) => {
    const repositories = [{ id: 'pkgdir-0', url: `file://${folder}/os`, from: 'pkgdir' as const }];
    const argv = () => {
      throw new Error('dnf was asked');
    };
    const site = aSite(folder, folder, { plan: aPlan({ repositories }) });
    const own = { ...dnf, site, dialect: { argv } } as unknown as Dnf;
    await cache('Packages/b/bash.rpm', 'os');
    await writeFile(
      join(folder, 'os/repodata/repomd.xml'),
      `<data type="primary"><location ${place}/></data>`,
    );
    await expect(dnfLocking(own, turns()).offers([bash])).rejects.toThrow('dnf was asked');
  },
);
