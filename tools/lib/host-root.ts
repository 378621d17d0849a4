import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { alone } from '../sample-repo/alone.ts';

/** Where the roots of hosts are kept; each is made once for its inputs. */
const cache = '/var/cache/rootimg/hosts';

/** What a building host needs by README, and what of dnf its release has. */
const packages = [
  ...[
    'rpm',
    'util-linux',
    'mount',
    'squashfs-tools',
    'erofs-utils',
    'cpio',
    'tar',
    'xz-utils',
    'zstd',
    'pigz',
  ],
  ...['attr', 'kmod', 'libarchive-tools', 'e2fsprogs', 'findutils'],
];

/** Counted up when the way a root is made changes. */
const recipe = 1;

export interface HostRecipe {
  /** Suite of Debian. */
  readonly suite: string;
  /** Packages besides those of all hosts, such as its dnf. */
  readonly more: readonly string[];
  /** apt's options for this suite. */
  readonly aptOptions?: readonly string[];
  /** Debian's name of another architecture than this machine's. */
  readonly architecture?: string;
}

/** The mirror of this machine's own apt configuration. */
export async function debianMirror(): Promise<string> {
  const format = ['--format', '$(LABEL) $(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await run(['apt-get', 'indextargets', ...format], { action: 'ask apt for its mirror' });
  const found = stdout.split('\n').find((line) => line.startsWith('Debian '));
  if (found === undefined) throw new Error('apt has no mirror of Debian');
  // Not every server takes two slashes for one.
  return found.slice('Debian '.length).replace(/\/+$/, '');
}

/** The root of a host, made where it is not there yet. Throws what mmdebstrap said when it cannot be made. */
export async function ensureHost(host: HostRecipe): Promise<string> {
  const { suite, more, aptOptions = [], architecture } = host;
  const inputs = JSON.stringify([recipe, suite, packages, more, aptOptions]);
  const kind = architecture === undefined ? suite : `${architecture}-${suite}`;
  const root = join(cache, `${kind}-${createHash('sha256').update(inputs).digest('hex').slice(0, 16)}`);
  if (existsSync(root)) return root;
  return alone(cache, `the root of ${kind}`, silentReporter(), async () => {
    // Somebody may have made it while we waited.
    if (!existsSync(root)) await makeHost(root, host);
    return root;
  });
}

async function makeHost(root: string, { suite, more, aptOptions = [], architecture }: HostRecipe) {
  const part = `${root}.part`;
  // A killed run leaves its part.
  await rm(part, { recursive: true, force: true });
  await run(
    namespaceArgv([
      ...['mmdebstrap', '--variant=minbase', '--mode=root', '--quiet'],
      ...aptOptions.map((option) => `--aptopt=${option}`),
      `--include=${[...packages, ...more].join(',')}`,
      ...(architecture === undefined ? [] : [`--architectures=${architecture}`]),
      ...[suite, part, await debianMirror()],
    ]),
    { action: `make the root of ${suite}`, timeout: 1_200_000 },
  );
  await rename(part, root);
}
