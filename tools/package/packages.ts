import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installation } from '../../src/kit/installation.ts';
import { installTree } from '../install-system/install-tree.ts';
import { fillingTools, productTools } from '../lib/host-packages.ts';
import { type DescribedPackage, nothing, type PackageEntry, toolRelation } from './described.ts';

/** Where a package puts the program. It is not /opt/xcat: an xCAT that lives beside it stays whole. */
export const prefix = '/opt/rootimg';

const versionFile = `${prefix}/share/rootimg/package-version`;

/** Folders below the prefix that a shell, `man` or an administrator looks for below /usr. */
const shown: readonly (readonly [inPrefix: RegExp, below: string])[] = [
  [/^share\/man\/man1\/(rootimg\.1)$/, '/usr/share/man/man1/'],
  [/^share\/bash-completion\/completions\/(rootimg)$/, '/usr/share/bash-completion/completions/'],
  [/^share\/zsh\/site-functions\/(_rootimg)$/, '/usr/share/zsh/site-functions/'],
];

/** The packages that are the same for every architecture. Throws `not-built`. */
export async function commonPackages(source: Installation, version: string): Promise<DescribedPackage[]> {
  const files = await installTree(source);
  const netboot: PackageEntry[] = [];
  const program: PackageEntry[] = [
    { path: versionFile, content: Buffer.from(`${version}\n`), mode: 0o644, config: false },
    { path: '/usr/bin/rootimg', link: `${prefix}/bin/rootimg` },
    ...(await documents(source)),
  ];
  const commands: PackageEntry[] = [];
  for (const { path, content, mode, kind } of files) {
    const entry = { path: `${prefix}/${path}`, content, mode, config: kind === 'profile' };
    (path.startsWith('share/xcat/netboot/') ? netboot : program).push(entry);
    for (const [inPrefix, below] of shown) {
      const name = inPrefix.exec(path)?.[1];
      if (name !== undefined) program.push({ path: below + name, link: entry.path });
    }
    const command = /^bin\/(.*)$/.exec(path)?.[1];
    if (command !== undefined && command !== 'rootimg') {
      commands.push({ path: `/usr/bin/${command}`, link: entry.path });
    }
  }
  return [
    programPackage(version, program),
    netbootPackage(version, netboot),
    xcatCommandsPackage(version, commands),
  ];
}

/** README, licence, changes and docs/, where the distributions keep documents. */
async function documents({ root }: Installation): Promise<PackageEntry[]> {
  const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  const sources = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...pages.map((name) => `docs/${name}`)];
  const entries = sources.map(async (path) => ({
    path: `/usr/share/doc/rootimg/${path}`,
    content: await readFile(join(root, path)),
    mode: 0o644,
    config: false,
  }));
  const licence = { path: '/usr/share/doc/rootimg/copyright', mode: 0o644, config: false };
  return [...(await Promise.all(entries)), { ...licence, content: await readFile(join(root, 'LICENSE')) }];
}

function programPackage(version: string, entries: readonly PackageEntry[]): DescribedPackage {
  return {
    name: 'rootimg',
    summary: 'builder of stateless node images from xCAT osimage definitions',
    description: [
      'genimage builds the root image of cluster nodes, packimage packs it for nodes',
      'that boot it over the network into memory. The command in PATH is rootimg;',
      `genimage, packimage and the others are in ${prefix}/bin.`,
    ],
    architecture: 'noarch',
    depends: {
      deb: [`rootimg-netboot (= ${version})`, 'nodejs (>= 20) | rootimg-node-runtime'],
      // Debian has no host without util-linux: flock locks the store.
      rpm: [`rootimg-netboot = ${version}`, 'util-linux', '(nodejs >= 20 or rootimg-node-runtime)'],
    },
    recommends: toolRelation(productTools.filter((tool) => !tool.command.startsWith('qemu'))),
    suggests: toolRelation([
      ...productTools.filter((tool) => tool.command.startsWith('qemu')),
      ...fillingTools.el,
      ...fillingTools.debian,
    ]),
    conflicts: nothing,
    before: refuseWrongPlace(version),
    afterRemoval: 'rm -rf /var/cache/rootimg\n',
    entries,
  };
}

function netbootPackage(version: string, entries: readonly PackageEntry[]): DescribedPackage {
  return {
    name: 'rootimg-netboot',
    summary: 'netboot folder of rootimg, for the nodes that build images',
    description: [
      'What the command line of genimage --dryrun needs on the node where it is run:',
      `the profiles of each family and genimage, below ${prefix}/share/xcat/netboot.`,
    ],
    architecture: 'noarch',
    depends: nothing,
    recommends: {
      deb: ['nodejs (>= 20) | rootimg-node-runtime'],
      rpm: ['(nodejs >= 20 or rootimg-node-runtime)'],
    },
    suggests: nothing,
    conflicts: { deb: [`rootimg (>> ${version})`], rpm: [`rootimg > ${version}`] },
    // It goes first, so that a downgrade is refused before anything has changed.
    before: refuseWrongPlace(version),
    entries,
  };
}

function xcatCommandsPackage(version: string, entries: readonly PackageEntry[]): DescribedPackage {
  return {
    name: 'rootimg-xcat-commands',
    summary: "xCAT's command names for rootimg",
    description: [
      'Puts genimage, packimage, lsdef, mkdef, chdef, rmdef and copycds into PATH.',
      "Not for a machine where xCAT's own commands are installed.",
    ],
    architecture: 'noarch',
    depends: { deb: [`rootimg (= ${version})`], rpm: [`rootimg = ${version}`] },
    recommends: nothing,
    suggests: nothing,
    // Debian has another program of the name genimage.
    conflicts: { deb: ['xcat', 'xcat-client', 'xcatsn', 'genimage'], rpm: ['xCAT', 'xCAT-client', 'xCATsn'] },
    entries,
  };
}

/** Nothing that install-system put there is taken over, and nothing newer is replaced. */
function refuseWrongPlace(version: string): string {
  return `if [ -e ${prefix}/share/rootimg/installed.json ]; then
    echo "rootimg: ${prefix} holds an installation of install-system. Remove it first, in its checkout:" >&2
    echo "  npm run install-system -- --prefix ${prefix} --uninstall" >&2
    exit 1
fi
if [ -r ${versionFile} ]; then
    installed=$(cat ${versionFile})
    if [ "$(printf '%s\\n' "$installed" '${version}' | sort -V | tail -n 1)" != '${version}' ]; then
        echo "rootimg: $installed is installed, which is newer than ${version}. An older release may not" >&2
        echo "read the definitions, manifests and locks that a newer one wrote. To go back nevertheless," >&2
        echo "remove rootimg and then install the older one: images and definitions stay where they are." >&2
        exit 1
    fi
fi
`;
}
