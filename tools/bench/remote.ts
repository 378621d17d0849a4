import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvent, type Event } from '../../src/plan/event.ts';
import type { Scope } from '../../src/system/scope.ts';
import { type TwoHosts, twoHosts } from '../../test/e2e/lib/two-hosts.ts';
import type { SampleRepository } from '../sample-repo/types.ts';
import { sectionText } from './markdown.ts';
import { interleave, median } from './measure.ts';

const caches = 'rm -rf /var/cache/rootimg/layers/* /var/lib/rootimg/copy';

/** Types a line that must succeed. */
async function must(host: TwoHosts['mgmt'], line: string): Promise<string> {
  const { status, stdout, stderr } = await host.type(line);
  if (status !== 0) throw new Error(`${line}: ${stdout}${stderr}`);
  return stdout;
}

/**
 * A build on another host beside the same one here, both hosts on this machine; the copy-back beside rsync of
 * the same tree; what a second build sends. Gives the text of docs/benchmarks-remote.md.
 */
export async function benchRemote(
  scope: Scope,
  sample: SampleRepository,
  rounds: number,
  machine: string,
): Promise<string> {
  const hosts = await twoHosts();
  scope.defer('the two hosts', () => hosts.leave());
  const { mgmt, node, base } = hosts;
  await writeFile(join(base, 'install/list.pkglist'), `${sample.pkglist.join('\n')}\n`);
  const words =
    `imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=${sample.osvers} osarch=${sample.arch} ` +
    `pkgdir=${sample.pkgdir} pkglist=/install/list.pkglist`;
  for (const image of ['here', 'there']) {
    await must(mgmt, `mkdef -t osimage -o ${image} ${words} rootimgdir=/install/netboot/${image}`);
  }
  const fetched: number[] = [];
  const sent: number[] = [];
  const there = async () => {
    const events = eventsOf(await must(mgmt, 'genimage --json --on n1 there'));
    fetched.push(millisecondsOf(events, 'Bring the image from n1') / 1000);
    sent.push(sentIn(events));
  };
  const cold = async () => {
    for (const host of [mgmt, node]) await must(host, caches);
    await must(mgmt, 'rm -rf /install/netboot');
  };
  const timings = await interleave(
    [
      { name: 'genimage', before: cold, work: async () => void (await must(mgmt, 'genimage here')) },
      { name: 'genimage --on', before: cold, work: there },
      {
        name: 'rsync -aHAX of its tree',
        before: async () => {
          await must(node, 'mkdir -p /var/lib/rootimg/copy');
          const copy = 'rsync -aHAX --numeric-ids /install/netboot/there/rootimg n1:/var/lib/rootimg/copy/';
          await must(mgmt, copy);
          await must(mgmt, 'rm -rf /install/netboot/copied; mkdir -p /install/netboot/copied');
        },
        work: async () =>
          void (await must(
            mgmt,
            'rsync -aHAX --numeric-ids n1:/var/lib/rootimg/copy/rootimg /install/netboot/copied/',
          )),
      },
      { name: 'genimage --on, again', work: there },
    ],
    rounds,
  );
  const [local, remote, rsync] = timings.map((one) => one.median) as [number, number, number];
  const copyBack = median(fetched);
  const again = sent.filter((_bytes, index) => index % 2 === 1);
  return [
    '# Benchmarks of builds on another host',
    '',
    'Made by `npm run bench:remote`. Both hosts are on one machine, so that building, sending and unpacking share its',
    `cores: ${machine}. ${rounds} rounds, medians.`,
    '',
    sectionText({
      title: 'genimage --on',
      input:
        'The sample list into an empty folder, with no packages kept by earlier builds on either host. The copy-back is the phase "Bring the image", digest and check of each member included.',
      timings: [...timings, { name: 'the copy-back of --on', seconds: fetched, median: copyBack }],
      ratios: [
        {
          what: 'seconds more than here, of 10 or 10 %',
          value: remote - local,
          wanted: Math.max(10, local / 10),
        },
        { what: 'copy-back / rsync', value: copyBack / rsync, wanted: 1.1 },
        { what: 'MB sent by a second build', value: Math.max(...again) / 1e6, wanted: 1 },
      ],
    }),
  ].join('\n');
}

function eventsOf(json: string): Event[] {
  return json.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

function millisecondsOf(events: readonly Event[], phase: string): number {
  const done = events.find((event) => event.event === 'phase-done' && event.phase === phase);
  return done?.event === 'phase-done' ? done.milliseconds : Number.NaN;
}

function sentIn(events: readonly Event[]): number {
  const fact = events.find((event) => event.event === 'fact' && event.name === 'transfer');
  const { sent } = (fact?.event === 'fact' ? fact.data : { sent: {} }) as { sent: Record<string, number> };
  return Object.values(sent).reduce((sum, bytes) => sum + bytes, 0);
}
