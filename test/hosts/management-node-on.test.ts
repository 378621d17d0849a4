// The mission's own case: a management node of ppc64le, without any package manager of the image, has it built
// on a node of x86_64 and packs it. That its packs are those of x86_64 is in management-node.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveFiles } from '../../src/boot/image-server.ts';
import { loadImage } from '../../src/boot/image.ts';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureEmulation } from '../../tools/lib/emulation.ts';
import { remoteWorld, type RemoteWorld } from '../e2e/lib/remote-world.ts';
import type { ManagementNode } from '../e2e/lib/two-hosts.ts';
import { bootByHand } from '../long/lib/boot-by-hand.ts';
import { ensureHost } from './lib/host.ts';
import { fetchNodejs } from './lib/nodejs.ts';

let scratch: string;
let management: ManagementNode | undefined;
let reason: string | undefined;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rootimg-management-'));
  reason = await ensureEmulation('ppc64le', silentReporter());
  if (reason !== undefined) return;
  const more = ['libstdc++6', 'openssh-client'];
  management = {
    root: await ensureHost({ suite: 'bookworm', more, architecture: 'ppc64el' }),
    nodejs: await fetchNodejs('ppc64le', join(scratch, 'ppc64le')),
  };
}, 3_600_000);
afterAll(() => rm(scratch, { recursive: true }));

/** Works in a world of the management node and a node of this machine's architecture. */
async function inWorld(
  kind: 'tiny' | 'sample',
  skip: (note: string) => never,
  work: (world: RemoteWorld) => Promise<void>,
): Promise<void> {
  if (management === undefined) {
    console.warn(`SKIPPED: ${reason}`);
    return skip(`${reason}`);
  }
  const world = await remoteWorld(kind, management);
  try {
    await work(world);
  } finally {
    await world.hosts.leave();
  }
}

/** Members that a build does not repeat: databases, logs, caches and what is made of the time. */
const own = /^(etc\/(by-post|big|\.pwd\.lock|machine-id)|var\/(lib\/(dnf|rpm)|log|cache)\/.*)$/;

it('genimage --on from ppc64le gives what the line by hand gives', ({ skip }) =>
  inWorld('tiny', skip, byHandAndThere));

it('what it packs of a whole image comes up with no failed unit', { timeout: 3_600_000 }, ({ skip }) =>
  inWorld('sample', skip, async ({ must, hosts }) => {
    await must('genimage --on n1 there');
    await must('packimage -m squashfs -c zstd there');
    const image = await loadImage(join(hosts.base, 'install/netboot/there'), 'there');
    const path = `/${image.pack.file}`;
    const web = await serveFiles(new Map([[path, image.packed]]));
    try {
      const words = [`imgurl=http://10.0.2.2:${web.port}${path}`];
      const { rootimgdir } = image;
      const node = await bootByHand({ name: 'there', rootimgdir, folder: scratch, words });
      expect(node).toMatchObject({ rootType: 'overlay', uuid: image.pack.uuid, failedUnits: [] });
    } finally {
      await web.close();
    }
  }),
);

async function byHandAndThere({ must, hosts, sample }: RemoteWorld): Promise<void> {
  expect((await must('uname -m; command -v dnf || :')).stdout).toBe('ppc64le\n');
  const built = await must('genimage --on n1 there');
  expect(built.stdout).toContain('Bring the image from n1: done');

  // By hand: the kit, the printed line with a local folder, the copy back.
  const line = (await must('genimage --dryrun here')).stdout
    .split('\n')
    .find((one) => one.includes('./genimage'));
  const pasted = line
    ?.replace('/install/netboot/here', '/var/lib/rootimg/hand')
    .replaceAll('/opt/xcat/share/xcat', '/root/kit');
  await must('rootimg kit kit.tar; ssh n1 "mkdir kit; tar -C kit -xf -" <kit.tar');
  await must(`ssh n1 "mkdir -p ${sample.pkgdir}; mount -t tmpfs tmpfs ${sample.pkgdir}"`);
  await must(
    `tar -P -c /install/small.pkglist /install/post ${sample.pkgdir} ${hosts.base}/key | ssh n1 tar -P -x`,
  );
  await must(`ssh n1 ${JSON.stringify(pasted)}; rootimg fetch n1:/var/lib/rootimg/hand here`);

  const netboot = join(hosts.base, 'install/netboot');
  const { stdout } = await run([
    'rsync',
    '-aHAXnic',
    '--delete',
    `${netboot}/here/rootimg/`,
    `${netboot}/there/rootimg/`,
  ]);
  const others = stdout
    .split('\n')
    .filter((one) => one !== '' && !/^\.[fdLDS]\.\.t\.{6} /.test(one))
    .map((one) => one.split(' ').slice(1).join(' '));
  expect(others.filter((path) => !own.test(path))).toEqual([]);

  await must('packimage -m tar -c gzip there');
}
