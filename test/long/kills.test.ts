import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';

const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;
let admin: SampleImage;

beforeAll(async () => {
  admin = await sampleImage('campaign');
});
afterAll(() => admin?.leave());

/** Ends a command by a signal at a moment between its start and its usual end; gives the moment in milliseconds. */
async function killAt(
  words: readonly [string, ...string[]],
  signal: NodeJS.Signals,
  moment: number,
): Promise<void> {
  const child = admin.begin(...words);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([sleep(moment), ended]);
  child.kill(signal);
  await ended;
}

const mounts = () => readFileSync('/proc/self/mounts', 'utf8').includes(admin.base);

async function expectNothingLeft(): Promise<void> {
  expect(mounts()).toBe(false);
  await expect.poll(processes, { timeout: 20_000 }).toEqual([]);
}

function processes(): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(admin.base));
}

test('builds killed at random moments leave nothing, and the next one works', async () => {
  const started = performance.now();
  expect(await admin.type('genimage', 'campaign')).toMatchObject({ status: 0 });
  const whole = performance.now() - started;
  const moments: string[] = [];
  for (let run = 0; run < 20; run += 1) {
    const signal = signals[run % signals.length]!;
    const moment = Math.round(Math.random() * whole);
    await killAt(['genimage', 'campaign'], signal, moment);
    moments.push(`${signal} at ${moment} ms`);
    await expectNothingLeft();
  }
  console.log(`20 kills of builds of ${Math.round(whole)} ms: ${moments.join(', ')}`);
  expect(await admin.type('genimage', 'campaign')).toMatchObject({ status: 0 });
});

test('packs killed at random moments never take the published file away', async () => {
  const pack = ['packimage', '-m', 'squashfs', '-c', 'zstd', 'campaign'] as const;
  const started = performance.now();
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const whole = performance.now() - started;
  const published = join(admin.rootimgdir, 'rootimg.sfs');
  const moments: string[] = [];
  for (let run = 0; run < 40; run += 1) {
    const signal = signals[run % signals.length]!;
    const moment = Math.round(Math.random() * whole);
    await killAt([...pack], signal, moment);
    moments.push(`${signal} at ${moment} ms`);
    await expectNothingLeft();
    expect(existsSync(published)).toBe(true);
    // The size that a squashfs says of itself (bytes 40 to 47) is never more than what is there.
    const bytes = readFileSync(published);
    expect(Number(bytes.readBigUInt64LE(40))).toBeLessThanOrEqual(bytes.length);
  }
  console.log(`40 kills of packs of ${Math.round(whole)} ms: ${moments.join(', ')}`);
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  expect(readdirSync(admin.rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
});
