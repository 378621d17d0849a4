import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAgainAndAgain } from '../integration/pack/polling-reader.ts';
import { seenByNodes } from '../integration/pack/stack.ts';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';
import { expectNothingLeft, killAt, signals } from './lib/campaign.ts';

let admin: SampleImage;

beforeAll(async () => {
  admin = await sampleImage('campaign');
  expect(await admin.type('genimage', 'campaign')).toMatchObject({ status: 0 });
});
afterAll(() => admin?.leave());

test('packs killed at random moments never take the published file away', async () => {
  const pack = ['packimage', '-m', 'squashfs', '-c', 'zstd', 'campaign'] as const;
  await writeFile(join(admin.base, 'etc/config.yaml'), 'packimage:\n  generations: 99\n');
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const started = performance.now();
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const whole = performance.now() - started;
  const stop = readAgainAndAgain(join(admin.rootimgdir, 'rootimg.sfs'));
  const moments: string[] = [];
  for (let run = 0; run < 40; run += 1) {
    const signal = signals[run % signals.length]!;
    const moment = Math.round(Math.random() * whole);
    await killAt(admin, [...pack], signal, moment);
    moments.push(`${signal} at ${moment} ms`);
    await expectNothingLeft(admin);
  }
  console.log(`40 kills of packs of ${Math.round(whole)} ms: ${moments.join(', ')}`);
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const { rounds, missing, digests } = await stop();
  console.log(`the reader saw ${digests.length} files in ${rounds} rounds`);
  expect(missing).toBe(0);
  const kept = readdirSync(join(admin.rootimgdir, 'generations')).map((number) => {
    const manifest = readFileSync(join(admin.rootimgdir, 'generations', number, 'manifest.json'), 'utf8');
    return JSON.parse(manifest).pack.sha256 as string;
  });
  expect(kept).toEqual(expect.arrayContaining([...digests]));
  expect(readdirSync(admin.rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
});

test('packs of layers killed at random moments leave nodes a list whose files are all there', async () => {
  const pack = ['packimage', '--layers', 'campaign'] as const;
  const edit = (text: string) => writeFile(join(admin.rootimgdir, 'rootimg/etc/layer'), text);
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  await edit('first');
  const started = performance.now();
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const whole = performance.now() - started;
  const stop = readAgainAndAgain(join(admin.rootimgdir, 'rootimg.layers'));
  for (let run = 0; run < 60; run += 1) {
    await edit(`${run}`.repeat(1000));
    await killAt(admin, [...pack], signals[run % signals.length]!, Math.round(Math.random() * whole));
    await expectNothingLeft(admin);
  }
  await edit('last');
  expect(await admin.type(...pack)).toMatchObject({ status: 0 });
  const { rounds, missing, digests } = await stop();
  console.log(`60 kills of packs of ${Math.round(whole)} ms: ${digests.length} lists in ${rounds} rounds`);
  expect(missing).toBe(0);
  expect(digests.length).toBeGreaterThan(2);
  expect(readdirSync(admin.rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
  const seen = seenByNodes(admin.rootimgdir);
  expect(await admin.type('packimage', '-m', 'squashfs', 'campaign')).toMatchObject({ status: 0 });
  const all = [...seenByNodes(admin.rootimgdir, ['rootimg.sfs'])];
  // What the pack itself writes has its time.
  const written = ['opt/xcat/xcatinfo', 'etc/shadow', 'etc/machine-id'];
  const comparable = (one: string) => !written.includes(one);
  expect([...seen].filter(([one]) => comparable(one))).toEqual(all.filter(([one]) => comparable(one)));
});
