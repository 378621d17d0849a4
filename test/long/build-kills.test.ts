import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hostState, markDescendants } from '../e2e/lib/host-state.ts';
import { sampleDebImage, type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';
import { expectNothingLeft, killAt, signals } from './lib/campaign.ts';

let admin: SampleImage;
afterEach(() => admin?.leave());

/**
 * The kinds of build that are killed, in turn: one that begins a tree, one that updates it, one beside it
 * with nothing kept, one with.
 */
const kinds = [['begin'], ['update'], ['--fresh', '--no-cache'], ['--fresh']] as const;

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

test.each([
  ['EL', sampleImage, 60],
  ['Ubuntu', sampleDebImage, 40],
] as const)(
  'builds of %s killed at random moments leave nothing, and the next one works',
  { timeout: 3_600_000 },
  async (_, makeImage, count) => {
    admin = await makeImage('campaign');
    await markDescendants();
    const before = await hostState(admin.base);
    const usual = new Map<string, number>();
    const run = async (kind: (typeof kinds)[number], signal?: NodeJS.Signals, moment = 0) => {
      if (kind[0] === 'begin') rmSync(join(admin.rootimgdir, 'rootimg'), { recursive: true, force: true });
      const words = ['genimage', ...kind.filter((word) => word.startsWith('--')), 'campaign'] as const;
      if (signal !== undefined) return killAt(admin, [...words] as [string, ...string[]], signal, moment);
      const started = performance.now();
      const { status, stderr } = await admin.type(...(words as unknown as [string, ...string[]]));
      expect(status, stderr).toBe(0);
      usual.set(kind.join(' '), performance.now() - started);
    };
    for (const kind of kinds) await run(kind);
    const moments: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const kind = kinds[index % kinds.length]!;
      const signal = signals[Math.floor(index / kinds.length) % signals.length]!;
      // Each kind is killed in each part of its time once.
      const part = Math.floor(index / kinds.length) / (count / kinds.length);
      const whole = usual.get(kind.join(' ')) ?? 0;
      const moment = Math.round(whole * (part + (Math.random() * kinds.length) / count));
      await run(kind, signal, moment);
      moments.push(`${kind.join(' ')}: ${signal} at ${moment} of ${Math.round(whole)} ms`);
      await expectNothingLeft(admin);
      if (signal !== 'SIGKILL') expect(temporary(admin.rootimgdir), moments.at(-1)).toEqual([]);
      removeSetAside();
      await buildWhole();
    }
    console.log(`${count} kills of builds:\n${moments.join('\n')}`);
    await buildWhole();
    expect(temporary(join(admin.base, 'cache/layers'))).toEqual([]);
    expect(await hostState(admin.base)).toEqual(before);
  },
);
