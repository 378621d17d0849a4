import { bootMachine } from '../boot/boot-machine.ts';
import { type BootReport, bootReportLines } from '../boot/boot-report.ts';
import type { BootRequest } from '../boot/request.ts';
import { writeBootReport } from '../boot/write-boot-report.ts';
import { readRootPasswordHash } from '../definition/site.ts';
import { type Problem, problemsOf, RootimgError, throwProblems } from '../base/errors.ts';
import { packImage } from '../pack/pack-image.ts';
import { formats } from '../pack/formats/formats.ts';
import type { Reporter } from '../report/reporter.ts';
import { type PackInput, resolvePackPlan } from '../resolve/pack-plan.ts';
import { checkBootable } from './check-bootable.ts';
import { unpublishedImage } from './boot-request.ts';
import type { ImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';

type Form = Pick<PackInput, 'method' | 'compressor'>;

/**
 * Every form in which a node can get its root: archives with each compressor, file systems with the one that
 * the image's kernel reads.
 */
const forms = formats.flatMap<Form>(({ name, onNode, compressors, fileName }) => {
  if (onNode === 'mounted') return [{ method: name }];
  // Of two compressors that make the same the first.
  const byName = new Map(compressors.toReversed().map((compressor) => [fileName(compressor), compressor]));
  return [...byName.values()].toReversed().map((compressor) => ({ method: name, compressor }));
});

/**
 * Packs an image in every form, boots each and throws it away; what is published stays. Writes all reports
 * into `boot.json`. Errors: all that is wrong with any of them, by form.
 */
export async function bootFormats(
  io: CommandIo,
  image: Pick<ImageFolder, 'definition' | 'site' | 'config' | 'home'>,
  request: BootRequest,
  reporter: Reporter,
): Promise<void> {
  const { definition, site, config } = image;
  const rootPasswordHash = await readRootPasswordHash(image.home);
  const reports: BootReport[] = [];
  const problems: Problem[] = [];
  for (const { method, compressor } of forms) {
    const { plan } = await resolvePackPlan({
      ...{ name: request.imageName, definition, site, method, compressor, rootPasswordHash, cwd: io.cwd },
      ...{ nosyncfiles: false, generations: 0, allow: config.packimage?.allow },
    });
    await checkBootable(plan.image, false);
    await packImage(plan, {
      reporter,
      publish: false,
      gate: async (packed) => {
        const name = packed.record.file;
        try {
          const boot = await bootMachine(request, unpublishedImage(plan.image, packed), reporter);
          reports.push(boot.report);
          reporter.fact('boot', boot.report);
          for (const line of bootReportLines(boot.report)) reporter.line(line);
          problems.push(...boot.problems.map((problem) => of(name, problem)));
        } catch (error) {
          if (!(error instanceof RootimgError)) throw error;
          problems.push(...problemsOf(error).map((problem) => of(name, problem)));
        }
      },
    });
  }
  const all = { schema: 1, image: request.imageName, ok: problems.length === 0, boots: reports };
  await writeBootReport(request.rootimgdir, all);
  throwProblems(problems);
}

function of(file: string, problem: Problem): Problem {
  return { ...problem, message: `${file}: ${problem.message}` };
}
