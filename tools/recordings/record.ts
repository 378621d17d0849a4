import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hostPropagation } from '../../src/system/propagation.ts';
import { type TwoHosts, twoHosts } from '../../test/e2e/lib/two-hosts.ts';
import type { SampleRepository } from '../sample-repo/types.ts';
import type { Recording } from './svg.ts';
import type { ShownLine } from './timeline.ts';

/** Adds what a command prints to the lines, after the command as it is typed. Throws when it fails. */
async function record(
  lines: ShownLine[],
  typed: string,
  child: ChildProcess,
  started: number,
): Promise<void> {
  const add = (text: string) => void lines.push({ at: performance.now() - started, text });
  add(`$ ${typed}`);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', add);
  }
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0)
    throw new Error(`${typed} ended with ${status}: ${lines.map(({ text }) => text).join('\n')}`);
}

/** Runs "$@" on a host that is called mgmt, where nothing was built before: $1 is its /var/lib/rootimg. */
const freshHost = `hostname mgmt
mkdir -p /var/lib/rootimg
mount --bind "$1" /var/lib/rootimg
shift
exec "$@"`;

/** `npm run quickstart` in its own place, with that place empty. */
export async function recordQuickstart(state: string): Promise<Recording> {
  const lines: ShownLine[] = [];
  const namespaces = ['--mount', '--uts', '--propagation', hostPropagation()];
  const words = [...namespaces, 'sh', '-euc', freshHost, 'sh', state, 'npm', 'run', 'quickstart'];
  const env = { ...process.env, ROOTIMG_QUICKSTART: undefined };
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'], env });
  await record(lines, 'npm run quickstart', child, performance.now());
  return { title: 'npm run quickstart: an image is defined, built, packed and booted', lines };
}

const image = 'mycomputeimage';

/** An image of the sample repository that another host builds, and its packing here. */
export async function recordOn(sample: SampleRepository): Promise<Recording> {
  const hosts = await twoHosts();
  try {
    await define(hosts, sample);
    const lines: ShownLine[] = [];
    const started = performance.now();
    for (const typed of [`genimage --on n1 ${image}`, `packimage -m squashfs ${image}`]) {
      await record(lines, typed, hosts.mgmt.begin(typed), started);
    }
    return { title: `genimage --on: the host n1 builds an image, which is then packed here`, lines };
  } finally {
    await hosts.leave();
  }
}

async function define({ mgmt }: TwoHosts, sample: SampleRepository): Promise<void> {
  const words = [
    ...['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'],
    ...[`osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`],
    ...['pkglist=/install/compute.pkglist', `rootimgdir=/install/netboot/${image}`],
  ];
  const list = `printf '%s\\n' ${sample.pkglist.join(' ')} >/install/compute.pkglist`;
  const { status, stderr } = await mgmt.type(`${list} && mkdef -t osimage -o ${image} ${words.join(' ')}`);
  if (status !== 0) throw new Error(stderr);
}
