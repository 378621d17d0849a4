import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readEvents } from '../../../src/plan/event.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { ensureSampleRepository, type SampleRepository } from '../../../tools/sample-repo/index.ts';
import { ensureSampleSuse } from '../../../tools/sample-suse/index.ts';
import { makeTinyImageWorld } from '../../attack/lib/tiny-image.ts';
import { type Answer, type ManagementNode, type TwoHosts, twoHosts } from './two-hosts.ts';

/** What the images of a world are made of. */
type Content = Pick<SampleRepository, 'arch' | 'pkgdir' | 'pkglist'> & {
  readonly osvers: string;
  /** Further attributes of both images, as words of mkdef. */
  readonly more?: string;
};

/** Two hosts, and the images `here` and `there`, defined on the first. */
export interface RemoteWorld {
  readonly hosts: TwoHosts;
  readonly sample: Content;
  /** Types a line on the management node that must succeed. */
  must(line: string): Promise<Answer>;
  /** Starts a build of `there` on n1 and waits until the node has told so far. */
  begun(line: string, until: string): Promise<{ readonly pid: string; readonly ended: Promise<Answer> }>;
  /** The same at a terminal, where sudo's password is typed once it is asked for; all that is shown is stderr. */
  typed(password: string, line: string): Promise<Answer>;
  /** Types a line on the node; gives what it printed. */
  onNode(line: string): Promise<string>;
  /** All that a build of `there` which fails must leave as it was. */
  imageFolder(): Promise<string>;
  /** A build failed in these words, and the image is the one of before. */
  expectRefused(answer: Answer, before: string, words: RegExp | string): Promise<void>;
}

/** What a build of `there` replaces. */
export const inodes =
  'cd /install/netboot/there; stat -c %i rootimg kernel initrd-stateless.gz manifest.json';

/** The facts that a command told as JSON lines, by name. */
export async function factsOf(json: string): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for await (const event of readEvents(
    (async function* () {
      yield json;
    })(),
  )) {
    if (event.event === 'fact') facts[event.name] = event.data;
  }
  return facts;
}

/** Of the one package that is built in seconds; its repository is on the management node alone. */
async function tinyContent({ base, mgmt }: TwoHosts): Promise<Content> {
  const tiny = await makeTinyImageWorld();
  const pkgdir = join(base, 'packages');
  await cp(join(tiny.dir, 'os'), pkgdir, { recursive: true });
  await cp(tiny.goodKey, join(base, 'key'));
  await tiny.leave();
  await mgmt.type(`mkdir -p /etc/rootimg; echo 'keys: [${base}/key]' >/etc/rootimg/config.yaml`);
  return { osvers: 'rocky9.4', arch: 'x86_64', pkgdir, pkglist: ['tiny-image'] };
}

/** The package `extra`, in a folder of packages that nothing lists. */
const extra = {
  path: 'extra',
  signedBy: 'good',
  packages: [{ name: 'extra', files: { 'usr/share/extra': 'x\n' } }],
} as const;

/** As tinyContent, laid out as a medium of SLE 15, with a folder of packages beside it. */
async function tinySuse({ base }: TwoHosts): Promise<Content> {
  const tiny = await makeTinyImageWorld([extra]);
  const disc = join(base, 'packages/1');
  await mkdir(disc, { recursive: true });
  await cp(join(tiny.dir, 'os'), join(disc, 'Module-Basesystem'), { recursive: true });
  await cp(tiny.goodKey, join(disc, 'Module-Basesystem/gpg-pubkey-good.asc'));
  await rm(join(tiny.dir, 'extra/repodata'), { recursive: true });
  await cp(join(tiny.dir, 'extra'), join(base, 'install/extra'), { recursive: true });
  await tiny.leave();
  await writeFile(join(base, 'install/other.pkglist'), 'extra\n');
  const more = 'otherpkgdir=/install/extra otherpkglist=/install/other.pkglist exlist=';
  return {
    osvers: 'sles15.6',
    arch: 'x86_64',
    pkgdir: join(base, 'packages'),
    pkglist: ['tiny-image'],
    more,
  };
}

/** The sample media of SLE 15, with the list of a compute node. */
async function wholeSuse(): Promise<Content> {
  const { arch, sles15 } = await ensureSampleSuse(silentReporter());
  const list = `/opt/xcat/share/xcat/netboot/sles/compute.sles15.${arch}.pkglist`;
  return { osvers: 'sles15.6', arch, pkgdir: sles15, pkglist: [`#INCLUDE:${list}#`] };
}

const contents = {
  sample: () => ensureSampleRepository(silentReporter()),
  tiny: tinyContent,
  'tiny-suse': tinySuse,
  suse: wholeSuse,
} satisfies Record<string, (hosts: TwoHosts) => Promise<Content>>;

/**
 * The images are of the sample repository, or of the sample media of SUSE, or `tiny`, with 64 MB that no compression makes less, so that
 * bringing them takes a moment; a build waits in its script as long as the node has a file /tmp/hold.
 */
export async function remoteWorld(
  kind: 'sample' | 'tiny' | 'tiny-suse' | 'suse' = 'sample',
  management?: ManagementNode,
): Promise<RemoteWorld> {
  const hosts = await twoHosts(management);
  const sample: Content = await contents[kind](hosts);
  await writeFile(join(hosts.base, 'install/small.pkglist'), `${sample.pkglist.join('\n')}\n`);
  const large = kind === 'tiny' ? 'head -c 64000000 /dev/urandom >"$IMG_ROOTIMGDIR/etc/big"\n' : '';
  const script = `#!/bin/sh
echo "$IMG_PKGLIST" >"$IMG_ROOTIMGDIR/etc/by-post"
${large}while [ -e /tmp/hold ]; do sleep 0.1; done
`;
  await writeFile(join(hosts.base, 'install/post'), script, { mode: 0o755 });
  const must = async (line: string) => {
    const answer = await hosts.mgmt.type(line);
    expect(answer.status, `${line}\n${answer.stdout}${answer.stderr}`).toBe(0);
    return answer;
  };
  const words =
    `imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=${sample.osvers} osarch=${sample.arch} ` +
    `pkgdir=${sample.pkgdir} pkglist=/install/small.pkglist postinstall=/install/post ${sample.more ?? ''}`;
  for (const image of ['here', 'there']) {
    await must(`mkdef -t osimage -o ${image} ${words} rootimgdir=/install/netboot/${image}`);
  }
  const begun = async (line: string, until: string) => {
    await hosts.mgmt.type('rm -f /root/pid');
    const ended = hosts.mgmt.type(`${line} & echo $! >pid; wait $!`);
    const wait = `until grep -q '${until}' /var/lib/rootimg/remote/builds/there/events; do sleep 0.1; done 2>/dev/null`;
    await hosts.node.type(wait);
    return { pid: (await hosts.mgmt.type('cat pid')).stdout.trim(), ended };
  };
  const onNode = async (line: string) => (await hosts.node.type(line)).stdout.trim();
  const imageFolder = async () => {
    const list = 'ls -A /install/netboot /install/netboot/there | grep -v -e rootimg-remote.json -e ^logs$';
    return (await must(`${inodes}; ${list}`)).stdout;
  };
  const expectRefused: RemoteWorld['expectRefused'] = async (answer, before, words) => {
    expect(answer.stderr).toMatch(words);
    expect(answer.status, answer.stderr).toBe(1);
    expect(await imageFolder()).toBe(before);
  };
  const typed = async (password: string, line: string) => {
    const type = `until grep -q -e 'Password of' -e 'Script done' said; do sleep 0.1; done 2>/dev/null; echo '${password}'`;
    const { status } = await hosts.mgmt.type(
      `rm -f said; { ${type}; } | script -qefc 'stty cols 0; ${line}' said; status=$?; exit $status`,
    );
    return { status, stdout: '', stderr: (await must('tr -d "\\r" <said')).stdout };
  };
  return { hosts, sample, must, begun, typed, onNode, imageFolder, expectRefused };
}
