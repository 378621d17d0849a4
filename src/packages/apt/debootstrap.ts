import { createHash } from 'node:crypto';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../../base/regular-file.ts';
import { run } from '../../system/exec.ts';
import { namespaceArgv } from '../../system/namespace.ts';
import { readTreeFile, removeFromTree, treeNames, writeTreeFile } from '../../system/tree-file.ts';
import { type Apt, aptLog } from './apt-call.ts';
import { type BaseMaker, baseOptions } from './base-maker.ts';
import { indexPlainFolder } from './plain-index.ts';

/** For hosts without mmdebstrap; slower, because it unpacks all packages twice. */
export const debootstrap: BaseMaker = {
  command: 'debootstrap',
  make: async (apt, onLine) => {
    const { root, log } = apt.site;
    const mirror = await makeMirror(apt);
    await writeTreeFile(root, dpkgSettings, 'force-unsafe-io\n', 0o644);
    const argv = namespaceArgv(debootstrapArgv(apt, mirror), { network: false });
    const made = await run(argv, { ...baseOptions(apt, 'debootstrap'), onLine });
    // What its programs say stands in a file of its own.
    const place = made.exitCode === 0 ? 'var/log/bootstrap.log' : 'debootstrap/debootstrap.log';
    const said = (await readTreeFile(root, place)) ?? '';
    await appendFile(log(aptLog), said);
    for (const line of said.split('\n')) onLine(line);
    await removeOwn(root);
    return { ...made, stderr: `${made.stderr}\n${said}` };
  },
};

/** The whole tree is flushed at the end of the build; until then dpkg need not flush each file. */
const dpkgSettings = 'etc/dpkg/dpkg.cfg.d/rootimg';

/** What it is told that the release is called: nothing that it knows of releases counts. */
const suite = 'image';

/**
 * Makes an archive of what has been fetched and checked; debootstrap takes packages from archives alone. Gives
 * its folder.
 */
async function makeMirror({ folder, architecture }: Apt): Promise<string> {
  const mirror = join(folder, 'mirror');
  await indexPlainFolder(join(folder, 'archives'), mirror);
  const index = `main/binary-${architecture}/Packages`;
  const place = join(mirror, 'dists', suite, index);
  await mkdir(dirname(place), { recursive: true });
  // debootstrap does not see a paragraph that no empty line ends.
  const text = `${String(await readRegularFile(join(mirror, 'Packages')))}\n`;
  await writeFile(place, text);
  const digest = createHash('sha256').update(text).digest('hex');
  const release = [
    ...[`Codename: ${suite}`, `Architectures: ${architecture}`, 'Components: main', 'SHA256:'],
    ` ${digest} ${Buffer.byteLength(text)} ${index}`,
  ];
  await writeFile(join(mirror, 'dists', suite, 'Release'), `${release.join('\n')}\n`);
  await writeFile(join(mirror, 'script'), suiteScript(text));
  return mirror;
}

/** What debootstrap is to do, from the packages of an index: as for Debian, with exactly these. */
export function suiteScript(index: string): string {
  const names = [...index.matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name);
  return `. "$DEBOOTSTRAP_DIR/scripts/sid"
work_out_debs() {
  required="${names.join(' ')}"
  base=""
}
# It puts in mawk by name; the image may have another awk.
in_target() {
  [ "$*" = "dpkg --force-depends --install" ] || in_target_failmsg IN_TARGET_FAIL "Failed: %s" "$*" "$@"
}
`;
}

/** argv of debootstrap, to run in a namespace of ours; apt has checked the signatures. */
export function debootstrapArgv({ site: { root }, architecture }: Apt, mirror: string): string[] {
  return [
    ...['debootstrap', '--variant=minbase', '--no-check-gpg', '--no-resolve-deps'],
    ...[`--arch=${architecture}`, suite, root, `file://${mirror}`, join(mirror, 'script')],
  ];
}

/** What apt's package brings into its folders. */
const aptsOwn = ['lock', 'partial'];

/** What debootstrap leaves in a tree besides the packages, as far as mmdebstrap does not leave it too. */
async function removeOwn(root: string): Promise<void> {
  const below = async (folder: string, kept: readonly string[] = []) =>
    (await treeNames(root, folder)).filter((name) => !kept.includes(name)).map((name) => `${folder}/${name}`);
  const paths = [
    ...[dpkgSettings, 'debootstrap', 'etc/localtime', 'var/lib/dpkg/available', 'var/lib/dpkg/cmethopt'],
    ...['bootstrap.log', 'dpkg.log', 'alternatives.log'].map((name) => `var/log/${name}`),
    ...(await below('run')),
    ...(await below('var/cache/apt/archives', aptsOwn)),
    ...(await below('var/lib/apt/lists', aptsOwn)),
  ];
  for (const path of paths) await removeFromTree(root, path);
}
