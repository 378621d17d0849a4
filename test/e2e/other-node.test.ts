import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { installSystem } from '../../tools/install-system/install.ts';
import { type SampleImage, tinyImage } from './lib/sample-image.ts';

/**
 * With an image of one package: a whole one is built so in mixed-cluster.test.ts.
 *
 * The node: $1 is the folder that was copied to it, $2 where the dry-run line expects it, $3 this checkout,
 * which the node does not have, $4 the line, pasted into a shell.
 */
const onNode = `set -eu
mkdir -p "$2.copy"
cp -a "$1/." "$2.copy"
mount -t tmpfs -o ro nothing "$3"
mount -t tmpfs -o ro nothing "$5"
mkdir -p "$2"
mount --bind "$2.copy" "$2"
cd /
exec env -i PATH="$PATH" HOME=/root sh -c "$4"`;

const image = 'mycomputeimage';
let admin: SampleImage;
let prefix: string;
let rootimgdir: string;

beforeAll(async () => {
  admin = await tinyImage(image, 'rocky9.4');
  prefix = join(admin.base, 'prefix');
  await installSystem({ prefix });
  admin.env['XCATROOT'] = prefix;
  rootimgdir = admin.rootimgdir;
});
afterAll(() => admin?.leave());

test('the dry-run line, pasted on a node that has only the copied netboot folder, builds what packimage packs', async () => {
  const netboot = join(admin.base, 'node/netboot');
  const dryRun = await admin.type('genimage', '--dryrun', image);
  expect(dryRun.status).toBe(0);
  const [title, printed = ''] = dryRun.stdout.trimEnd().split('\n');
  expect(title).toBe('Generating image:');
  const place = /^cd (\S+)\/([^/]+); /.exec(printed);
  const family = place?.[2] ?? '';
  const line = printed.replace(`cd ${place?.[1]}`, `cd ${netboot}`);

  const copied = join(admin.base, 'copied');
  await mkdir(copied);
  await cp(join(prefix, 'share/xcat/netboot', family), join(copied, family), { recursive: true });
  const paste = (typed: string) => {
    const script = ['sh', '-c', onNode, 'node', copied, netboot, process.cwd(), typed, prefix];
    return run(namespaceArgv(script), { okCodes: [0, 1, 2] });
  };
  await mkdir(join(admin.base, 'node'));
  const built = await paste(line);
  expect(built.stderr).not.toContain('Error');
  expect(built.exitCode).toBe(0);
  const initrd = join(rootimgdir, 'initrd-stateless.gz');
  const first = await readFile(initrd);
  expect(existsSync(join(rootimgdir, 'rootimg/usr/lib/modules'))).toBe(true);

  // The same node from a plan file; the tree that is there makes it short.
  const { stdout: plan } = await admin.type('genimage', '--dryrun', '--json', '--onlyinitrd', image);
  await writeFile(join(admin.base, 'plan.json'), plan);
  await rm(initrd);
  const tree = async () =>
    (await run(['find', join(rootimgdir, 'rootimg'), '-printf', '%p %T@ %s\n'])).stdout;
  const before = await tree();
  const planned = await paste(`cd ${netboot}/${family}; ./genimage --plan ${admin.base}/plan.json`);
  expect(planned.exitCode).toBe(0);
  expect((await readFile(initrd)).equals(first)).toBe(true);
  expect(await tree()).toBe(before);

  const packed = await admin.type('packimage', '-m', 'squashfs', image);
  expect(packed.status).toBe(0);
  expect(existsSync(join(rootimgdir, 'rootimg.sfs'))).toBe(true);
});
