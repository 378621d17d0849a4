import { join } from 'node:path';
import { quoteWord } from '../../base/quote.ts';
import { sandboxMountsArgv } from '../../sandbox/sandbox.ts';
import { run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { removeFromTree, treeNames } from '../../system/tree-file.ts';
import type { Apt } from './apt-call.ts';
import { type BaseMaker, baseOptions, type BaseTask } from './base-maker.ts';

export const mmdebstrap: BaseMaker = {
  command: 'mmdebstrap',
  make: async (apt, onLine, task) => {
    const argv = namespaceArgv(mmdebstrapArgv(apt, task), { network: false });
    const made = await run(argv, { ...baseOptions(apt, 'mmdebstrap'), onLine });
    await removeOwn(apt.site.root);
    return made;
  },
};

/** Takes out the settings that mmdebstrap leaves in a tree. */
async function removeOwn(root: string): Promise<void> {
  for (const folder of ['etc/apt/sources.list.d', 'etc/apt/apt.conf.d', 'etc/dpkg/dpkg.cfg.d']) {
    const names = (await treeNames(root, folder)).filter((name) => /^0000|mmdebstrap$/.test(name));
    for (const name of names) await removeFromTree(root, `${folder}/${name}`);
  }
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
  { sources, pins }: BaseTask,
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
