import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { silentReporter } from '../../../src/report/silent.ts';
import { ensureSampleRepository, type SampleRepository } from '../../../tools/sample-repo/index.ts';
import { type Answer, type TwoHosts, twoHosts } from './two-hosts.ts';

/** Two hosts, and the images `here` and `there` of the sample repository, defined on the first. */
export interface RemoteWorld {
  readonly hosts: TwoHosts;
  readonly sample: SampleRepository;
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

export async function remoteWorld(): Promise<RemoteWorld> {
  const sample = await ensureSampleRepository(silentReporter());
  const hosts = await twoHosts();
  await writeFile(join(hosts.base, 'install/small.pkglist'), `${sample.pkglist.join('\n')}\n`);
  const script = '#!/bin/sh\necho "$IMG_PKGLIST" >"$IMG_ROOTIMGDIR/etc/by-post"\n';
  await writeFile(join(hosts.base, 'install/post'), script, { mode: 0o755 });
  const must = async (line: string) => {
    const answer = await hosts.mgmt.type(line);
    expect(answer.status, `${line}\n${answer.stdout}${answer.stderr}`).toBe(0);
    return answer;
  };
  const words =
    `imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=${sample.osvers} osarch=${sample.arch} ` +
    `pkgdir=${sample.pkgdir} pkglist=/install/small.pkglist postinstall=/install/post`;
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
