import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostState, markDescendants } from '../e2e/lib/host-state.ts';
import {
  sampleDebImage,
  type SampleImage,
  sampleImage,
  sampleSuseImage,
  tinyImage,
} from '../e2e/lib/sample-image.ts';
import { expectNothingLeft, killAt, signals } from './lib/campaign.ts';

let admin: SampleImage;

/**
 * The kinds of build that are killed: one that begins a tree, one that updates it, one beside it with nothing
 * kept, one with.
 */
const kinds = [['begin'], ['update'], ['--fresh', '--no-cache'], ['--fresh']] as const;
type Kind = (typeof kinds)[number];

const temporary = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('.rootimg-tmp')) : [];

/** Trees that were set aside, which nobody but the administrator removes. */
function removeSetAside(): void {
  for (const name of readdirSync(admin.rootimgdir)) {
    if (name.startsWith('rootimg.unfinished-')) rmSync(join(admin.rootimgdir, name), { recursive: true });
  }
}

async function buildWhole(): Promise<void> {
  const { status, stdout, stderr } = await admin.type('genimage', 'campaign');
  expect({ status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  expect(temporary(admin.rootimgdir)).toEqual([]);
  for (const name of ['rootimg', 'kernel', 'initrd-stateless.gz', 'manifest.json']) {
    expect(existsSync(join(admin.rootimgdir, name)), name).toBe(true);
  }
  expect(existsSync(join(admin.rootimgdir, '.rootimg-building.json'))).toBe(false);
}

/** The line of a kind of build; what it needs is made first. */
function lineOf(kind: Kind): [string, ...string[]] {
  if (kind[0] === 'begin') rmSync(join(admin.rootimgdir, 'rootimg'), { recursive: true, force: true });
  return ['genimage', ...kind.filter((word) => word.startsWith('--')), 'campaign'];
}

describe.each([
  ['EL', sampleImage, 60],
  ['Ubuntu', sampleDebImage, 40],
  ['SUSE', sampleSuseImage, 32],
  ['SUSE, of one package', (image: string) => tinyImage(image, 'sles15.6'), 32],
] as const)('builds of %s', (_, makeImage, count) => {
  beforeAll(async () => {
    admin = await makeImage('campaign');
    await buildWhole();
  });
  afterAll(() => admin?.leave());

  test.each(kinds.map((kind) => [kind.join(' '), kind] as const))(
    '%s, killed at random moments, leave nothing, and the next one works',
    { timeout: 3_600_000 },
    async (_name, kind) => {
      await markDescendants();
      const before = await hostState(admin.base);
      const started = performance.now();
      const { status, stderr } = await admin.type(...lineOf(kind));
      expect(status, stderr).toBe(0);
      const whole = performance.now() - started;
      const moments: string[] = [];
      // Each part of its time has one kill.
      const kills = count / kinds.length;
      for (let index = 0; index < kills; index += 1) {
        const signal = signals[index % signals.length]!;
        const moment = Math.round((whole * (index + Math.random())) / kills);
        moments.push(`${signal} at ${moment} of ${Math.round(whole)} ms`);
        await killAt(admin, lineOf(kind), signal, moment);
        await expectNothingLeft(admin);
        if (signal !== 'SIGKILL') expect(temporary(admin.rootimgdir), moments.at(-1)).toEqual([]);
        removeSetAside();
        await buildWhole();
      }
      console.log(`${kind.join(' ')}: ${kills} kills:\n${moments.join('\n')}`);
      expect(temporary(join(admin.base, 'cache/layers'))).toEqual([]);
      expect(await hostState(admin.base)).toEqual(before);
    },
  );
});
