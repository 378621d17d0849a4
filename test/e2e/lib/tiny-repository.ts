import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { makeKey, type SigningKey, signRpms } from '../../../tools/sample-repo/keys.ts';
import { renderComps } from '../../../tools/sample-repo/comps.ts';
import { makeTinyRoot } from '../../integration/genimage/tiny-root.ts';

/** A package of a few files, made on the spot. */
export interface TinySpec {
  readonly name: string;
  readonly version?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** A folder of the host that is the package's tree: a root of its own, which needs no other package. */
  readonly tree?: string;
  /** Zero bytes in a file that compresses to nothing, in MiB. */
  readonly emptyMebibytes?: number;
  readonly pre?: string;
  readonly post?: string;
  /** Further lines of the spec's head, such as `Provides: x`. */
  readonly head?: readonly string[];
}

export interface TinyRepository {
  /** Below the world's folder. */
  readonly path: string;
  readonly signedBy: 'good' | 'other' | 'nobody';
  readonly packages: readonly TinySpec[];
  /** modules.yaml, added as modifyrepo_c does it. */
  readonly modules?: string;
  /** Packages of the group `tiny-group`. */
  readonly group?: readonly string[];
}

export interface TinyWorld {
  readonly dir: string;
  readonly goodKey: string;
  readonly otherKey: string;
  leave(): Promise<void>;
}

/** Programs of the image: enough for scriptlets. */
const programs = [
  ...['/bin/cat', '/bin/sleep', '/bin/mkdir', '/bin/grep', '/bin/ls', '/bin/stat', '/bin/touch'],
  ...['/usr/bin/setsid', '/usr/bin/env'],
];

/**
 * Makes the repositories in a temp folder: real RPMs, signed with keys made on the spot. `base` is a package
 * with a shell in the first.
 */
export async function makeTinyWorld(repositories: readonly TinyRepository[]): Promise<TinyWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'rootimg-tiny-world-'));
  const scratch = join(dir, 'scratch');
  await mkdir(join(dir, 'keys'), { recursive: true });
  const keys = {
    good: await makeKey(join(dir, 'gpg'), 'good', join(dir, 'keys/RPM-GPG-KEY-good')),
    other: await makeKey(join(dir, 'gpg'), 'other', join(dir, 'keys/RPM-GPG-KEY-other')),
  };
  const specs: string[] = [];
  for (const repository of repositories) {
    for (const spec of repository.packages) specs.push(await writeSpec(scratch, repository.path, spec));
  }
  specs.push(await writeBaseSpec(scratch, repositories[0]?.path ?? ''));
  await rpmbuild(scratch, specs);
  for (const repository of repositories) await finish(dir, scratch, repository, keys);
  await rm(scratch, { recursive: true });
  return {
    dir,
    goodKey: keys.good.publicFile,
    otherKey: keys.other.publicFile,
    leave: () => rm(dir, { recursive: true, force: true }),
  };
}

async function finish(
  dir: string,
  scratch: string,
  { path, signedBy, modules, group }: TinyRepository,
  keys: { good: SigningKey; other: SigningKey },
): Promise<void> {
  const folder = join(dir, path);
  await mkdir(folder, { recursive: true });
  const made = join(scratch, 'rpms', path);
  const names = (await readdir(made)).filter((name) => name.endsWith('.rpm'));
  for (const name of names) await rename(join(made, name), join(folder, name));
  const rpms = names.map((name) => join(folder, name));
  if (signedBy !== 'nobody') await signRpms(keys[signedBy], rpms);
  const comps = join(scratch, 'comps.xml');
  if (group !== undefined) await writeFile(comps, renderComps('tiny-group', group));
  const grouped = group === undefined ? [] : ['--groupfile', comps];
  await run(['createrepo_c', '--quiet', '--no-database', '--excludes', '*/*', ...grouped, folder]);
  if (modules === undefined) return;
  await writeFile(join(scratch, 'modules.yaml'), modules);
  const add = ['modifyrepo_c', '--mdtype=modules', join(scratch, 'modules.yaml'), join(folder, 'repodata')];
  await run(add);
}

async function writeSpec(scratch: string, path: string, spec: TinySpec): Promise<string> {
  if (spec.tree !== undefined) {
    const head = [`Name: ${spec.name}`, `Version: ${spec.version ?? '1.0'}`, ...(spec.head ?? [])];
    return write(scratch, spec.name, path, spec.tree, [...head, '%files', '/*']);
  }
  const { name, version = '1.0', files = { [`usr/share/${spec.name}`]: `${spec.name}\n` } } = spec;
  const id = `${path.replaceAll('/', '_')}-${name}-${version}`;
  const tree = join(scratch, 'trees', id);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  const list = Object.keys(files).map((file) => `/${file}`);
  if (spec.emptyMebibytes !== undefined) {
    await mkdir(join(tree, 'opt'), { recursive: true });
    await run(['truncate', '-s', `${spec.emptyMebibytes}M`, join(tree, 'opt', name)]);
    list.push(`/opt/${name}`);
  }
  const script = (kind: string, text: string | undefined) => (text === undefined ? [] : [kind, text]);
  const needs = ['Requires(pre): tiny(shell)', 'Requires(post): tiny(shell)'];
  return write(scratch, id, path, tree, [
    ...[`Name: ${name}`, `Version: ${version}`, 'BuildArch: noarch', ...needs, ...(spec.head ?? [])],
    ...script('%pre', spec.pre),
    ...script('%post', spec.post),
    ...['%files', ...list],
  ]);
}

/** The package with the programs: architecture-dependent, with the folders that every root has. */
async function writeBaseSpec(scratch: string, path: string): Promise<string> {
  const root = await makeTinyRoot(programs);
  const tree = join(scratch, 'trees/base');
  await mkdir(dirname(tree), { recursive: true });
  await run(['cp', '-a', root, tree]);
  await rm(dirname(root), { recursive: true });
  await writeFile(join(tree, 'etc/passwd'), 'root:*:0:0:root:/root:/bin/sh\n');
  await writeFile(join(tree, 'etc/group'), 'root:*:0:\n');
  for (const name of ['proc', 'sys', 'dev', 'run']) await rm(join(tree, name), { recursive: true });
  const head = ['Name: tiny-base', 'Version: 1.0', 'Provides: /bin/sh', 'Provides: tiny(shell)'];
  return write(scratch, 'base', path, tree, [...head, '%files', '/*']);
}

async function write(
  scratch: string,
  id: string,
  path: string,
  tree: string,
  lines: readonly string[],
): Promise<string> {
  const at = lines.findIndex((line) => line.startsWith('%'));
  const text = [
    `%define _rpmdir ${join(scratch, 'rpms', path)}`,
    ...lines.slice(0, at),
    ...['Release: 1', 'Summary: tiny', 'License: none', 'AutoReqProv: no'],
    ...['%description', 'tiny', '%install', `mkdir -p %{buildroot}`, `cp -a ${tree}/. %{buildroot}/`],
    ...lines.slice(at),
    '',
  ].join('\n');
  const file = join(scratch, `${id}.spec`);
  await mkdir(join(scratch, 'rpms', path), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** One rpmbuild for each: it reads the head of a spec, with its %define, only once per process. */
async function rpmbuild(scratch: string, specs: readonly string[]): Promise<void> {
  const define = (name: string, value: string) => ['--define', `${name} ${value}`];
  const queue = [...specs.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [number, spec] = next;
      await run([
        ...['rpmbuild', '-bb', '--quiet'],
        ...define('_topdir', join(scratch, `top-${number}`)),
        ...define('_rpmfilename', '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm'),
        ...define('__os_install_post', '%{nil}'),
        ...define('debug_package', '%{nil}'),
        ...define('_build_id_links', 'none'),
        ...define('_binary_payload', 'w1.gzdio'),
        spec,
      ]);
    }
  };
  await Promise.all([work(), work()]);
}
