import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeGenimage } from '../../src/cli/genimage/node-run.ts';
import { printError } from '../../src/cli/print-error.ts';
import { chooseReporter } from '../../src/report/choose.ts';
import { run } from '../../src/system/exec.ts';
import { recordedIo } from '../lib/recorded-io.ts';
import { makeWorld, type World } from './genimage/world.ts';

let world: World;
const secret = 's3%40cret';

beforeEach(async () => {
  world = await makeWorld();
  await world.file('/install/a.pkglist', `#ENV:https_proxy=me:${secret}@proxy:1#\nbash\n`);
  await world.file('/install/o.pkglist', 'sub/other\n');
  await world.define(`x:
    objtype=osimage
    imagetype=linux
    osarch=s390x
    osvers=rhels9.4
    profile=compute
    provmethod=netboot
    pkgdir=http://who:${secret}@127.0.0.1:1/os
    otherpkgdir=https://127.0.0.1:1/other?sig=${secret}
    environvar=http_proxy=http://me:${secret}@127.0.0.1:1
    pkglist=/install/a.pkglist
    otherpkglist=/install/o.pkglist
`);
});
afterEach(() => world.remove());

test('the dry-run line carries passwords and says so; its JSON does not, and cannot be built from', async () => {
  const line = await world.run('--dryrun', 'x');
  expect(line.stdout.split(secret)).toHaveLength(4);
  expect(line.stderr).toMatch(
    /^Warning: This line holds passwords or tokens \(--env, --srcdir, --otherpkgdir\)/,
  );
  const json = await world.run('--dryrun', '--json', 'x');
  expect(json.stdout + json.stderr).not.toContain(secret);
  expect(JSON.parse(json.stdout).plan.repositories).toMatchObject([
    { url: 'http://***@127.0.0.1:1/os' },
    { url: 'https://127.0.0.1:1/other/sub?***' },
  ]);
  expect(json.stderr).toContain('--plan cannot build from this');

  const plan = join(world.root, 'x.json');
  await writeFile(plan, json.stdout);
  const { io, said } = recordedIo({ cwd: world.root });
  const bundle = pathToFileURL(join(world.root, 'opt/xcat/share/xcat/netboot/rh/genimage.mjs')).href;
  await expect(nodeGenimage(io, ['--plan', plan], bundle)).rejects.toMatchObject({ code: 'plan-secrets' });
  expect(said.stdout + said.stderr).not.toContain(secret);
});

test('a failed build tells no password, not in the line for another host either', async () => {
  const { code, stdout, stderr } = await world.run('x');
  expect(code).toBe(1);
  expect(stderr).toContain('genimage --dryrun prints it with its passwords');
  expect(stdout + stderr).not.toContain(secret);
});

test.each(['json', 'verbose'] as const)('a reporter (%s) is told none', async (kind) => {
  const { io, said } = recordedIo({});
  const streams = { out: (text: string) => io.stdout(text), err: (text: string) => io.stderr(text) };
  const reporter = await chooseReporter({ [kind]: true }, streams);
  const url = `http://who:${secret}@host/`;
  reporter.line(url);
  reporter.info(url);
  reporter.detail(url);
  reporter.warn(url);
  reporter.fact('x', { urls: [url] });
  const phase = reporter.phase(url);
  phase.progress(url);
  phase.done(url);
  reporter.phase(url).failed();
  reporter.close();
  printError(io, new Error(url));
  expect(said.stdout + said.stderr).toContain('http://***@host/');
  expect(said.stdout + said.stderr).not.toContain(secret);
});

test('the log of a tool has none, whatever pieces it prints; other bytes stay as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-log-'));
  try {
    const logFile = join(folder, 'log');
    const script = `printf 'a\\377 http://who:s3%%40'; sleep 0.2; printf 'cret@host/\\nb\\377\\rend'`;
    const { stdout } = await run(['sh', '-c', script], { logFile });
    expect(stdout).toContain(secret);
    expect((await readFile(logFile)).toString('latin1')).toMatch(/^a\S* http:\/\/\*\*\*@host\/\nb\xff\rend$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
