import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Administrator, administrator, type Answer } from '../e2e/lib/administrator.ts';
import type { TinyWorld } from '../e2e/lib/tiny-repository.ts';
import { amount } from '../lib/amount.ts';
import { kernelFile, makeTinyImageWorld } from './lib/tiny-image.ts';

/*
 * Commands that are killed, or told to stop, at each of the last calls that change a name or a content, which are those that publish: afterwards what
 * nodes are given is of one build and one pack, or a mark says that it is not, and the next run makes it so.
 */

let tiny: TinyWorld;
let admin: Administrator;
let image: string;

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const marked = (name: string) => existsSync(join(image, `.rootimg-${name}.json`));
const manifest = () => JSON.parse(readFileSync(join(image, 'manifest.json'), 'utf8'));

async function type(...words: [string, ...string[]]): Promise<Answer> {
  const answer = await admin.type(...words);
  expect(answer, answer.stderr).toMatchObject({ status: 0 });
  return answer;
}

/** What an initrd of this version says that it can do. */
const canLayers = 'usr/lib/rootimg/abilities/layers';

/** A kernel and what goes into an initrd, in the tree, told apart by their version. */
function changeTree(version: number): void {
  writeFileSync(join(image, 'rootimg', kernelFile), `kernel ${version}\n`);
  const name = `version-${version}`;
  mkdirSync(join(image, 'rootimg', dirname(canLayers)), { recursive: true });
  writeFileSync(join(image, 'rootimg', canLayers), '');
  writeFileSync(join(image, 'rootimg', name), '');
  const archive = execFileSync('cpio', ['--quiet', '-o', '-H', 'newc'], {
    cwd: join(image, 'rootimg'),
    input: `usr/lib/dracut/modules.txt\n${name}\n${canLayers}\n`,
  });
  writeFileSync(join(image, 'rootimg/usr/share/initrd.cpio'), archive);
}

beforeAll(async () => {
  tiny = await makeTinyImageWorld();
  admin = await administrator();
  image = join(admin.base, 'image');
  const file = (name: string, text: string) => {
    writeFileSync(join(admin.base, name), text);
    return join(admin.base, name);
  };
  file('etc/config.yaml', `keys: [${tiny.goodKey}]\npackimage:\n  generations: 999\n`);
  await type(
    ...(['mkdef', '-t', 'osimage', 'built', 'imagetype=linux', 'osname=Linux', 'osarch=x86_64'] as const),
    ...['osvers=rocky9.4', 'profile=compute', 'provmethod=netboot', `pkgdir=${tiny.dir}/os`],
    ...[`pkglist=${file('pkglist', 'tiny-image\n')}`, `rootimgdir=${image}`],
  );
  await type('genimage', 'built');
  for (const version of [1, 2]) {
    changeTree(version);
    await type('genimage', '--onlyinitrd', 'built');
    await type('packimage', '-c', 'gzip', 'built');
  }
});
afterAll(async () => {
  await admin?.leave();
  await tiny?.leave();
});

const initrds = ['initrd-stateless.gz', 'initrd-statelite.gz'];
/** Version of kernel and initrds in both folders, which must be one. */
function publishedVersion(): string {
  const versions = [image, join(admin.base, 'tftpboot/xcat/osimage/built')].flatMap((folder) => [
    /kernel (\d)/.exec(readFileSync(join(folder, 'kernel'), 'utf8'))?.[1],
    ...initrds.map(
      (name) => /version-(\d)/.exec(gunzipSync(readFileSync(join(folder, name))).toString('latin1'))?.[1],
    ),
  ]);
  expect(new Set(versions).size, versions.join()).toBe(1);
  return versions[0]!;
}

function expectOnePack(): void {
  const { pack } = manifest();
  const digest = sha256(join(image, 'rootimg.cpio.gz'));
  expect(readFileSync(join(image, 'rootimg.cpio.gz.sha256'), 'utf8')).toBe(`${digest}  rootimg.cpio.gz\n`);
  expect(pack.sha256).toBe(digest);
}

/** The list is the manifest's, and all that it names is there, and nothing else. */
function expectOneList(): void {
  const { pack } = manifest();
  expect(pack.file).toBe('rootimg.layers');
  expect(sha256(join(image, pack.file))).toBe(pack.sha256);
  const there = readdirSync(image).filter((one) => one.startsWith('rootimg-'));
  expect(there.sort()).toEqual([...new Set(pack.layers.map(({ file }: { file: string }) => file))].sort());
  for (const { file, sha256: digest } of pack.layers) expect(sha256(join(image, file))).toBe(digest);
}

const layerWords = ['packimage', '--layers', '-m', 'squashfs', '-c', 'gzip'] as const;
const newestGenerations = () =>
  readdirSync(join(image, 'generations'))
    .map(Number)
    .sort((a, b) => b - a);

interface Victim {
  /** Another version than is there. */
  readonly before?: () => void;
  readonly words: () => [string, ...string[]];
  readonly expectOne: () => void;
  readonly mark: string;
}

const other = () => (publishedVersion() === '1' ? 2 : 1);
const victims: Readonly<Record<string, Victim>> = {
  'genimage --onlyinitrd': {
    before: () => changeTree(other()),
    words: () => ['genimage', '--onlyinitrd', 'built'],
    expectOne: () => {
      publishedVersion();
      expect(manifest().build.initrd.sha256).toBe(sha256(join(image, initrds[0]!)));
    },
    mark: 'building',
  },
  packimage: {
    words: () => ['packimage', '-c', 'gzip', 'built'],
    expectOne: expectOnePack,
    mark: 'rollback',
  },
  rollback: {
    words: () => ['rootimg', 'rollback', 'built', String(other())],
    expectOne: () => {
      expectOnePack();
      expect(manifest().pack.generation).toBe(Number(publishedVersion()));
    },
    mark: 'rollback',
  },
  'packimage --layers': {
    before: () => writeFileSync(join(image, 'rootimg/etc/changed'), `${Math.random()}`),
    words: () => [...layerWords, 'built'],
    expectOne: expectOneList,
    mark: 'rollback',
  },
  'packimage --layers --rebase': {
    words: () => [...layerWords, '--rebase', 'built'],
    expectOne: expectOneList,
    mark: 'rollback',
  },
  'rollback of layers': {
    words: () => {
      const now = manifest().pack.generation;
      return ['rootimg', 'rollback', 'built', String(newestGenerations().find((one) => one !== now))];
    },
    expectOne: expectOneList,
    mark: 'rollback',
  },
};

/**
 * Runs a command that gets a signal at a call, counted from 1. Gives what it said and how many calls it made.
 */
async function runUntil(words: [string, ...string[]], call: number, signal: string) {
  const preload = join(process.cwd(), 'test/attack/lib/cut-power.mjs');
  Object.assign(admin.env, {
    NODE_OPTIONS: `--import=${preload}`,
    POWER_AT: String(call),
    POWER_SIGNAL: signal,
  });
  const answer = await admin.type(...words);
  for (const name of ['NODE_OPTIONS', 'POWER_AT', 'POWER_SIGNAL']) delete admin.env[name];
  return { ...answer, calls: Number(/calls: (\d+)/.exec(answer.stderr)?.[1]) };
}

test.each(Object.keys(victims))('%s stopped at any step of publishing', async (name) => {
  const { before, words, expectOne, mark } = victims[name]!;
  before?.();
  const { calls, status } = await runUntil(words(), 0, 'SIGTERM');
  expect(status).toBe(0);
  const kills = Math.ceil(amount(18, 400) / Object.keys(victims).length);
  let seen = 0;
  for (let index = 0; index < kills; index += 1) {
    // The second half of all calls, from the last on; in the long form each with both signals.
    const call = calls - Math.floor((index * calls) / 2 / kills);
    const signal = index % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
    before?.();
    const line = words();
    const { status, stderr } = await runUntil(line, call, signal);
    const at = `${signal} at call ${call} of ${calls}`;
    expect([null, 0, 143], `${at}: ${stderr}`).toContain(status);
    if (signal === 'SIGTERM') {
      expect(
        readdirSync(image).filter((one) => one.startsWith('.rootimg-tmp')),
        at,
      ).toEqual([]);
    }
    if (marked(mark)) seen += 1;
    else expectOne();
    if (!marked(mark) && amount(1, 0) === 1) continue;
    await type(...line);
    expect(marked(mark), at).toBe(false);
    expectOne();
  }
  console.log(`${name}: ${kills} kills, ${seen} left a mark`);
});
