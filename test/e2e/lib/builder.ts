import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage } from '../../../src/genimage/build-image.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { BuildRequest } from '../../../src/plan/request.ts';
import type { Reporter } from '../../../src/report/reporter.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { resolveBuildPlan } from '../../../src/resolve/build-plan.ts';
import { ensureSampleRepository, type SampleRepository } from '../../../tools/sample-repo/index.ts';

/** A folder to build images of the sample repository in, in this process. */
export interface Builder {
  readonly base: string;
  readonly sample: SampleRepository;
  /** What the last build said: infos, warnings, titles of its phases, steps of the bars. */
  readonly said: {
    infos: string[];
    warnings: string[];
    phases: string[];
    steps: [string, number | undefined, number | undefined][];
  };
  /** Writes a file below base and gives its path. */
  file(name: string, content: string, mode?: number): Promise<string>;
  build(request: Partial<BuildRequest>): Promise<void>;
  leave(): Promise<void>;
}

export async function openBuilder(): Promise<Builder> {
  const sample = await ensureSampleRepository(silentReporter());
  const base = await mkdtemp(join(tmpdir(), 'rootimg-build-'));
  const said: Builder['said'] = { infos: [], warnings: [], phases: [], steps: [] };
  const reporter: Reporter = {
    ...silentReporter(),
    info: (text) => said.infos.push(text),
    warn: (text) => said.warnings.push(text),
    phase: (title) => {
      said.phases.push(title);
      return {
        progress: (text, done, total) => said.steps.push([text, done, total]),
        done: () => {},
        failed: () => {},
      };
    },
  };
  const file = async (name: string, content: string, mode = 0o644) => {
    const path = join(base, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode });
    return path;
  };
  const build = async (changes: Partial<BuildRequest>) => {
    for (const list of Object.values(said)) list.length = 0;
    const request: BuildRequest = {
      ...emptyRequest(),
      ...{ imageName: 'testimage', osvers: sample.osvers, arch: sample.arch, profile: 'compute' },
      ...{ srcdir: sample.pkgdir, otherpkgdir: sample.otherpkgdir, rootimgdir: join(base, 'image') },
      ...changes,
    };
    const plan = await resolveBuildPlan(request, {
      netbootDir: join(process.cwd(), 'share/xcat/netboot'),
      installdir: join(base, 'install'),
      hostArch: sample.arch,
      tftpdir: join(base, 'tftpboot'),
      env: {},
      cwd: base,
      systemKeys: join(base, 'no-system-keys'),
    });
    await buildImage(plan, {
      reporter,
      dracutModuleDir: join(process.cwd(), 'share/xcat/netboot/common/dracut/97rootimg'),
      dryRunLine: 'the dry-run line',
      localLine: './genimage --rootimgdir /local testimage',
      command: 'genimage testimage',
      cache: { folder: join(base, 'cache'), limit: 2 ** 40, version: 'test' },
    });
  };
  return { base, sample, said, file, build, leave: () => rm(base, { recursive: true, force: true }) };
}
