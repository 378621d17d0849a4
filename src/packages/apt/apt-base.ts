import { join } from 'node:path';
import { quoteWord } from '../../base/quote.ts';
import { anyExitCode, run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { removeFromTree, treeNames } from '../../system/tree-file.ts';
import type { Phase } from '../../report/reporter.ts';
import { calmEnvironment, sandboxMountsArgv } from '../../sandbox/sandbox.ts';
import { type Apt, aptLog, type AptTask } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { askForBase, fetchPackages } from './apt-fetch.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';

/**
 * Makes the smallest tree that has an apt of its own: the essential packages and apt. What it needs is fetched
 * first, so that no script of theirs has a network.
 */
export async function makeBase(apt: Apt, task: AptTask, phase: Phase): Promise<void> {
  const report = emptyAptReport();
  const onLine = (line: string) => {
    readAptLine(line, report);
    if (/^I: (extracting|installing)/.test(line)) phase.progress(line.slice(3));
  };
  await fetchPackages(apt, task, await askForBase(apt, task), phase);
  const { root, plan, log } = apt.site;
  const made = await run(namespaceArgv(mmdebstrapArgv(apt, task), { network: false }), {
    env: { ...plan.environment, ...calmEnvironment, DEBIAN_FRONTEND: 'noninteractive' },
    logFile: log(aptLog),
    okCodes: anyExitCode,
    onLine,
    action: 'make the base of the tree',
    shownArgv: ['mmdebstrap'],
  });
  if (made.exitCode !== 0) throwAptError(apt, task, report, made, 'mmdebstrap');
  await removeTraces(root);
}

/** Lets the new tree see our folder while mmdebstrap works: as the image will, in its /run. */
const withFolder = `set -eu
root=$1 folder=$2
shift 2
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mkdir -p "$root/run/rootimg/shared"
mount --bind "$folder" "$root/run/rootimg/shared"
exec "$@"
`;

/** What mmdebstrap would do and we do: the tree has its folders, the packages are there, the mounts are ours. */
const skipped = [
  ...['check/empty', 'check/qemu', 'check/signed-by', 'update', 'chroot/mount', 'essential/unlink'],
  ...['cleanup/apt', 'cleanup/run', 'output/dev', 'output/mknod'],
];

/** argv of mmdebstrap, to run in a namespace of ours. */
export function mmdebstrapArgv(
  { site: { root }, folder, architecture }: Apt,
  { sources, pins }: Pick<AptTask, 'sources' | 'pins'>,
): string[] {
  const inside = join(root, 'run/rootimg/shared');
  const mounts = sandboxMountsArgv(root, { shared: folder });
  return [
    ...['sh', '-c', withFolder, 'base', root, folder],
    ...[
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--variant=apt',
      `--architectures=${architecture}`,
    ],
    `--skip=${skipped.join(',')}`,
    ...[
      `Dir::State::lists "${inside}/lists/"`,
      `Dir::Cache::archives "${inside}/archives/"`,
      ...(pins === undefined ? [] : [`Dir::Etc::preferences "${inside}/pins/${pins}"`]),
    ].map((one) => `--aptopt=${one}`),
    '--dpkgopt=force-unsafe-io',
    `--extract-hook=${mounts.map(quoteWord).join(' ')}`,
    ...['', root, join(folder, 'host-sources', sources)],
  ];
}

/** What mmdebstrap takes from the host or writes for itself, and no image has. */
async function removeTraces(root: string): Promise<void> {
  const names = async (folder: string, which: RegExp) =>
    (await treeNames(root, folder)).filter((name) => which.test(name)).map((name) => `${folder}/${name}`);
  const paths = [
    ...['etc/resolv.conf', 'etc/hostname', 'etc/apt/sources.list'],
    ...(await names('etc/apt/sources.list.d', /^0000/)),
    ...(await names('etc/apt/apt.conf.d', /mmdebstrap$/)),
    ...(await names('etc/dpkg/dpkg.cfg.d', /mmdebstrap$/)),
    ...(await names('dev', /^/)),
  ];
  for (const path of paths) await removeFromTree(root, path);
}
