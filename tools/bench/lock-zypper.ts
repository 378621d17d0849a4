import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../src/base/exists.ts';
import { plainReporter } from '../../src/report/plain.ts';
import { readPackageLists } from '../../src/resolve/package-list.ts';
import { findTool } from '../../src/system/exec.ts';
import { ensureSampleSuse } from '../sample-suse/index.ts';
import type { BenchImage } from './image.ts';
import type { LockPair } from './lock-pair.ts';

const name = 'lock-suse';

/**
 * $1 is the root, $2 the key, $3 the repositories: what an administrator types, with the checks that genimage asks
 * for.
 */
const script = `set -eu; root=$1 key=$2 repositories=$3; shift 3
zypper() { command zypper --non-interactive --root="$root" --releasever=15.6 "$@"; }
rpm --root="$root" --import "$key"
number=0
for one in $repositories; do
  number=$((number + 1))
  zypper addrepo --gpgcheck-strict "file://$one" "repository-$number"
done
zypper refresh
zypper --no-refresh install --dry-run --no-recommends "$@"`;

/** The compute list of SLES 15 from the sample media; none where there is no zypper. */
export async function zypperPair(image: BenchImage): Promise<LockPair[]> {
  if ((await findTool('zypper')) === undefined) return [];
  const sample = await ensureSampleSuse(
    plainReporter({ out: () => {}, err: (text) => void process.stderr.write(text) }),
  );
  const list = join(image.checkout, `share/xcat/netboot/sles/compute.sles15.${sample.arch}.pkglist`);
  await image.type(
    ...(['mkdef', '-t', 'osimage', '-o', name, 'imagetype=linux', 'profile=compute'] as const),
    ...['provmethod=netboot', `rootimgdir=${join(image.base, name)}`, 'osvers=sles15.6'],
    ...[`osarch=${sample.arch}`, `pkgdir=${sample.sles15}`, `pkglist=${list}`],
  );
  const { passes } = await readPackageLists(list, 'pkglist', { cwd: process.cwd(), variables: {} });
  const packages = passes.flatMap(({ install }) => install.map((entry) => entry.name));
  const folder = join(image.base, 'bare-zypper');
  const config = join(image.base, 'bare-zypp.conf');
  await writeFile(config, `[main]\narch = ${sample.arch}\n`);
  const repositories = await repositoriesBelow(sample.sles15);
  return [
    {
      ...{ title: 'zypper, the sample media of SLES 15', image: name, folder },
      env: { ...image.env, ZYPP_CONF: config, ZYPP_LOGFILE: '/dev/null' },
      argv: [
        'sh',
        '-c',
        script,
        'sh',
        join(folder, 'root'),
        sample.keyFile,
        repositories.join(' '),
        ...packages,
      ],
    },
  ];
}

/** Each medium has a folder for each product and module. */
async function repositoriesBelow(media: string): Promise<string[]> {
  const found: string[] = [];
  for (const medium of await readdir(media)) {
    for (const folder of await readdir(join(media, medium))) {
      const place = join(media, medium, folder);
      if (await exists(join(place, 'repodata/repomd.xml'))) found.push(place);
    }
  }
  return found;
}
