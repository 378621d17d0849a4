import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { amount } from '../lib/amount.ts';
import { type Administrator, administrator } from './lib/administrator.ts';

const image = 'killed';
let admin: Administrator;
let folder: string;
let root: string;
let slow: string;

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  admin = await administrator();
  folder = join(admin.installdir, 'killed');
  root = join(folder, 'rootimg');
  slow = join(admin.base, 'slow-please');
  const pkglist = join(admin.base, 'killed.pkglist');
  const script = join(admin.base, 'sleeps.sh');
  await writeFile(pkglist, `${sample.pkglist.join('\n')}\n`);
  await writeFile(
    script,
    `#!/bin/sh\n[ -e ${slow} ] || exit 0\nmount -t tmpfs none "$1/mnt"\nsetsid sleep 5000 &\ntouch "$1/asleep"\nsleep 5000\n`,
    { mode: 0o755 },
  );
  const made = await admin.type(
    ...([
      'mkdef',
      '-t',
      'osimage',
      '-o',
      image,
      'imagetype=linux',
      'osname=Linux',
      'profile=compute',
    ] as const),
    ...['provmethod=netboot', `osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`],
    ...[`pkglist=${pkglist}`, `rootimgdir=${folder}`, `postinstall=${script}`],
  );
  expect(made).toMatchObject({ status: 0 });
});
afterAll(() => admin?.leave());

/** Processes and mounts of the whole machine that have to do with the image folder. */
function traces(): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    const look = (read: () => string) => {
      try {
        return read();
      } catch {
        return '';
      }
    };
    const command = look(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    const places = ['cwd', 'root'].map((name) => look(() => readlinkSync(`/proc/${pid}/${name}`)));
    const mounts = look(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
    if ([command, mounts, ...places].some((text) => text.includes(folder))) found.push(`${pid}: ${command}`);
  }
  return found;
}

/** Starts genimage, waits until `isThere`, ends it with `signal`, and waits until nothing of it lives. */
async function endWhen(
  isThere: () => boolean,
  signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT',
  ...options: string[]
): Promise<number | null> {
  const child = admin.begin('genimage', ...options, image);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  while (!isThere()) {
    if (child.exitCode !== null) throw new Error('genimage ended before its moment');
    await sleep(isThere === publishes ? 1 : 30);
  }
  process.kill(child.pid!, signal);
  const status = await ended;
  for (let wait = 0; wait < 100 && traces().length > 0; wait += 1) await sleep(100);
  expect(traces()).toEqual([]);
  return status;
}

const finalNames = ['kernel', 'initrd-stateless.gz', 'initrd-statelite.gz', 'manifest.json'];
const published = () => finalNames.filter((name) => existsSync(join(folder, name)));
const setAside = () => readdirSync(folder).filter((name) => name.startsWith('rootimg.unfinished-'));
/** Names in a folder that may go at any moment. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
const temporary = (name: string) =>
  existsSync(folder) &&
  readdirSync(folder).some(
    (entry) =>
      entry.startsWith('.rootimg-tmp') && namesIn(join(folder, entry)).some((inner) => inner.endsWith(name)),
  );

/** The mark of a build with --fresh stands only while it publishes. */
const publishes = () => existsSync(join(folder, '.rootimg-building.json'));

test('kill -9 during dnf leaves no mount, no process, nothing under a final name', async () => {
  await endWhen(
    () => existsSync(join(root, 'usr/bin')) && readdirSync(join(root, 'usr/bin')).length > 50,
    'SIGKILL',
  );
  expect(published()).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, '.rootimg-building.json'), 'utf8'))).toMatchObject({
    step: 'Install packages',
  });
});

test('kill -9 during a postinstall script that sleeps and has mounted something: the same', async () => {
  await writeFile(slow, '');
  await endWhen(() => existsSync(join(root, 'asleep')), 'SIGKILL');
  await rm(slow);
  expect(published()).toEqual([]);
  expect(readdirSync(join(root, 'mnt'))).toEqual([]);
  expect(setAside()).toHaveLength(1);
});

test('kill -9 during dracut: the same', async () => {
  await endWhen(() => temporary('layer-programs'), 'SIGKILL');
  expect(published()).toEqual([]);
  expect(setAside()).toHaveLength(2);
});

test('the next run names the unfinished tree, keeps it, removes the temporary files, and works', async () => {
  const { status, stdout, stderr } = await admin.type('genimage', image);
  expect(`${stdout}${stderr}`).toMatch(/stopped at 'Make the initrd'/);
  expect(status).toBe(0);
  expect(published()).toEqual(finalNames);
  expect(setAside()).toHaveLength(3);
  expect(readdirSync(folder).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
  expect(existsSync(join(folder, '.rootimg-building.json'))).toBe(false);
});

test('kill -9 while --fresh publishes: what stands there is not packed, the next run works', async () => {
  await endWhen(publishes, 'SIGKILL', '--fresh');
  expect(existsSync(root)).toBe(true);
  const packed = await admin.type('packimage', image);
  expect(packed.status).toBe(1);
  expect(packed.stderr).toContain('genimage was cut off at the step');
  expect(await admin.type('genimage', image)).toMatchObject({ status: 0 });
  // Whichever tree stands there is whole.
  expect(setAside()).toHaveLength(3);
  expect(await admin.type('packimage', image)).toMatchObject({ status: 0 });
});

test('SIGTERM while dracut makes programs and drivers stops both in order', async () => {
  await rm(folder, { recursive: true });
  await mkdir(folder);
  expect(await endWhen(() => temporary('layer-drivers'), 'SIGTERM')).toBe(143);
  expect(readdirSync(folder).sort()).toEqual(['.rootimg.lock', 'logs']);
});

const polite = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

test.each(polite.slice(0, amount(1, 2)))(
  '%s stops a build in order: what it began is gone, exit %i',
  async (signal, code) => {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const status = await endWhen(
      () => existsSync(join(root, 'usr/bin')) && readdirSync(join(root, 'usr/bin')).length > 20,
      signal,
    );
    expect(status).toBe(code);
    expect(readdirSync(folder).sort()).toEqual(['.rootimg.lock', 'logs']);
  },
);
