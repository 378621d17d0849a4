import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Build } from '../../../src/genimage/build-context.ts';
import { removeMark } from '../../../src/genimage/build-mark.ts';
import { fillPackages } from '../../../src/genimage/packages/fill-packages.ts';
import { withEarlierOrigins } from '../../../src/genimage/packages/package-origins.ts';
import { preflight } from '../../../src/genimage/preflight.ts';
import { prepareTree } from '../../../src/genimage/tree/prepare-tree.ts';
import { installedPackages } from '../../../src/packages/installed.ts';
import { nevra } from '../../../src/plan/package-id.ts';
import { withBuildFolder } from '../../../src/genimage/workspace.ts';
import { type Problem, problemsOf, RootimgError } from '../../../src/base/errors.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { BuildRequest } from '../../../src/plan/request.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { resolveBuildPlan } from '../../../src/resolve/build-plan.ts';
import { run } from '../../../src/system/exec.ts';

/** What a run of the package part of a build came to. */
export interface Outcome {
  /** NAME-VERSION, sorted, without keys; undefined when the run failed. */
  readonly packages: readonly string[] | undefined;
  /** Address of the repository by name. */
  readonly origins: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly Problem[];
  readonly details: readonly string[];
  readonly warnings: readonly string[];
  /** Names in rootimgdir afterwards. */
  readonly left: readonly string[];
}

/** Runs preflight and the package part of builds in a temp folder. */
export interface PackageBuilder {
  readonly base: string;
  readonly image: string;
  list(name: string, lines: readonly string[]): Promise<string>;
  /** Begins with an empty folder, unless `keep`. */
  build(request: Partial<BuildRequest>, keep?: 'keep'): Promise<Outcome>;
  /** Text of a file of the tree. */
  text(path: string): string;
  leave(): Promise<void>;
}

export async function openPackageBuilder(): Promise<PackageBuilder> {
  const base = await mkdtemp(join(tmpdir(), 'rootimg-packages-'));
  const image = join(base, 'image');
  const list = async (name: string, lines: readonly string[]) => {
    const path = join(base, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${lines.join('\n')}\n`);
    return path;
  };
  const build = async (changes: Partial<BuildRequest>, keep?: 'keep'): Promise<Outcome> => {
    if (keep === undefined) await rm(image, { recursive: true, force: true });
    const warnings: string[] = [];
    let packages: string[] | undefined;
    let origins: Outcome['origins'] = {};
    const work = async (built: Build) => {
      await prepareTree(built);
      await fillPackages(built);
      await removeMark(built.folder);
      packages = await namesIn(built.root);
      const found = await installedPackages(built.root, built.temporary, built.plan.repositories);
      const all = await withEarlierOrigins(built, found);
      origins = Object.fromEntries(all.map((one) => [nevra(one), one.repository]));
    };
    // That a handful of tiny packages makes no image is known.
    const warn = (text: string) => text.startsWith('No package of the lists brings') || warnings.push(text);
    const error = await runParts(base, image, changes, (text) => void warn(text), work);
    const left = existsSync(image) ? readdirSync(image).sort() : [];
    const problems = error === undefined ? [] : problemsOf(error);
    return { packages, origins, problems, details: error?.details ?? [], warnings, left };
  };
  return {
    ...{ base, image, list, build },
    text: (path) => readFileSync(join(image, 'rootimg', path), 'utf8'),
    leave: () => rm(base, { recursive: true, force: true }),
  };
}

async function runParts(
  base: string,
  image: string,
  changes: Partial<BuildRequest>,
  warn: (text: string) => void,
  work: (build: Build) => Promise<void>,
): Promise<RootimgError | undefined> {
  const request: BuildRequest = {
    ...emptyRequest(),
    ...{ imageName: 'tiny', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute', rootimgdir: image },
    ...changes,
  };
  const context = {
    reporter: { ...silentReporter(), warn },
    dracutModuleDir: join(process.cwd(), 'share/xcat/netboot/common/dracut/97rootimg'),
    dryRunLine: '',
    localLine: '',
    command: 'genimage tiny',
  };
  try {
    const plan = await resolveBuildPlan(request, {
      ...{ netbootDir: join(process.cwd(), 'share/xcat/netboot'), installdir: join(base, 'install') },
      ...{ hostArch: 'x86_64', env: {}, cwd: base, systemKeys: join(base, 'no-system-keys') },
    });
    await preflight(plan, context);
    await withBuildFolder(plan, context, work);
    return undefined;
  } catch (error) {
    if (error instanceof RootimgError) return error;
    throw error;
  }
}

async function namesIn(root: string): Promise<string[]> {
  const argv = ['rpm', '--root', root, '--define', '_dbpath /var/lib/rpm', '-qa'];
  const { stdout } = await run([...argv, '--queryformat', '%{NAME}-%{VERSION}\n']);
  const names = stdout.split('\n').filter((name) => name !== '');
  return names.filter((name) => !name.startsWith('gpg-pubkey')).sort();
}
