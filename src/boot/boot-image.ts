import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError, throwProblems } from '../base/errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { bootMachine } from './boot-machine.ts';
import { type BootReport, bootReportLines, bootReportName } from './boot-report.ts';
import { initrdDoubts, loadImage, type PackedImage } from './image.ts';
import type { BootRequest } from './request.ts';
import { writeBootReport } from './write-boot-report.ts';

/**
 * Boots the packed image of rootimgdir in a virtual machine as a node boots it, over HTTP, and judges what
 * came up by the node's own word. Writes `boot.json` and `logs/boot-console.log` in rootimgdir. Errors: not
 * packed, not signed though the initrd wants it, no emulator, the node broke, or it is not as the image
 * promises.
 */
export async function bootImage(request: BootRequest, context: { reporter: Reporter }): Promise<BootReport> {
  const image = await loadImage(request.rootimgdir, request.imageName);
  if (image.keyed && image.signed === undefined) {
    const message = `The initrd of ${request.imageName} boots signed images only, and this one is not signed.`;
    throw new RootimgError('not-signed', message, { hint: `Run rootimg sign ${request.imageName}.` });
  }
  for (const doubt of initrdDoubts(image, request.imageName)) context.reporter.warn(doubt);
  return bootPacked(request, image, context);
}

/** The same for a packed root that lies anywhere. */
export async function bootPacked(
  request: BootRequest,
  image: PackedImage,
  { reporter }: { reporter: Reporter },
): Promise<BootReport> {
  // What an earlier boot said is no word about this one.
  await rm(join(request.rootimgdir, bootReportName), { force: true });
  const { report, problems } = await bootMachine(request, image, reporter);
  await writeBootReport(request.rootimgdir, report);
  reporter.fact('boot', report);
  for (const line of bootReportLines(report)) reporter.line(line);
  throwProblems(problems);
  return report;
}
