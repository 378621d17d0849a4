import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { run } from '../../src/system/exec.ts';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';

/** A node whose root is a base with layers above it. */
const image = 'layered';
const layers = amount(2, 8);
let admin: SampleImage;
/** What the node with layers has used, in KiB, and the sizes of its files in bytes, the base first. */
let layered: { used: number; image: number; files: number[] } | undefined;

beforeAll(async () => {
  admin = await sampleImage(image, async ({ base }) => {
    await writeFile(join(base, `${image}.pkglist`), 'openssl\n', { flag: 'a' });
    return [];
  });
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(secret(), key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(admin.base, 'sums.pem'), key.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => admin?.leave());

/** What is looked at when it is asked what layers cost. Times are told only: they hang on what else this host does. */
function tell({ seconds, memory, sent }: Record<'seconds' | 'memory' | 'sent', unknown>): void {
  console.log(JSON.stringify({ seconds, memory, sent }));
}

const secret = () => join(admin.base, 'sums.key');
const readJson = async (name: string, folder = admin.rootimgdir) =>
  JSON.parse(await readFile(join(folder, name), 'utf8'));

async function typeWell(...words: [string, ...string[]]): Promise<void> {
  const { status, stdout, stderr } = await admin.type(...words);
  expect(stderr).not.toContain('Error');
  expect(status, stdout).toBe(0);
}

/** Says on the console in what the root of the node is not as its layers made it. */
const unit = `[Unit]
Description=layers
[Service]
Type=oneshot
ExecStart=/usr/local/bin/layers-check
StandardOutput=journal+console
`;
const check = `#!/bin/sh
[ "$(cat /etc/layer)" = ${layers} ] || echo "layers-wrong: /etc/layer"
[ ! -e /etc/gone ] || echo "layers-wrong: /etc/gone is there"
[ "$(ls /opt/replaced)" = new ] || echo "layers-wrong: /opt/replaced"
echo "layers-checked $(cat /etc/layer)"
`;

test('a node lays what the signed list names above one another, and comes up as from one root', async () => {
  await typeWell('genimage', '--sumskey', join(admin.base, 'sums.pem'), image);
  const tree = join(admin.rootimgdir, 'rootimg');
  await mkdir(join(tree, 'opt/replaced/old'), { recursive: true });
  await writeFile(join(tree, 'etc/gone'), '');
  const pack = () => typeWell('packimage', '--layers', '--sign', secret(), image);
  await pack();
  await rm(join(tree, 'etc/gone'));
  await rm(join(tree, 'opt/replaced'), { recursive: true });
  for (const name of ['opt/replaced/new', 'usr/local/bin'])
    await mkdir(join(tree, name), { recursive: true });
  await writeFile(join(tree, 'usr/local/bin/layers-check'), check);
  await chmod(join(tree, 'usr/local/bin/layers-check'), 0o755);
  await writeFile(join(tree, 'etc/systemd/system/layers-check.service'), unit);
  const wants = join(tree, 'etc/systemd/system/multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink('../layers-check.service', join(wants, 'layers-check.service'));
  for (let layer = 1; layer <= layers; layer++) {
    await writeFile(join(tree, 'etc/layer'), `${layer}\n`);
    await pack();
  }
  const { pack: packed } = await readJson('manifest.json');
  expect(packed.layers).toHaveLength(layers + 1);
  await typeWell('rootimg', 'boot', image);
  const report = await readJson('boot.json');
  expect(report).toMatchObject({
    ...{ uuid: packed.uuid, rootType: 'overlay', targetState: 'active', failedUnits: [] },
  });
  tell(report);
  layered = { ...report.memory, files: packed.layers.map(({ size }: { size: number }) => size) };
  const said = await readFile(join(admin.rootimgdir, 'logs/boot-console.log'), 'utf8');
  expect(said).toContain(`layers-checked ${layers}`);
  expect(said).not.toContain('layers-wrong');
  expect(existsSync(join(admin.rootimgdir, `generations/${packed.generation}/rootimg.layers`))).toBe(true);
});

test('a small layer costs a node no more memory than its own size', async ({ skip }) => {
  if (layered === undefined) return skip('no node with layers has come up');
  const folder = join(admin.installdir, 'netboot/whole');
  await run(['cp', '-a', admin.rootimgdir, folder]);
  await typeWell('chdef', '-t', 'osimage', '-o', image, `rootimgdir=${folder}`);
  await typeWell('packimage', '-m', 'squashfs', '--sign', secret(), image);
  await typeWell('rootimg', 'boot', image);
  const whole = await readJson('boot.json', folder);
  tell(whole);
  const [, ...above] = layered.files;
  const ofLayers = above.reduce((sum, size) => sum + size, 0) / 1024;
  expect(layered.used).toBeLessThanOrEqual(1.03 * whole.memory.used + ofLayers);
});
