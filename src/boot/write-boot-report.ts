import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { publishFiles, writeUnpublished } from '../system/publish.ts';
import { bootReportName } from './boot-report.ts';

/**
 * Writes `boot.json` in rootimgdir, whole or not at all. It is made in `logs/`: a boot does not hold the
 * folder's lock, and a pack that begins meanwhile removes what it finds unfinished in the folder itself.
 */
export async function writeBootReport(rootimgdir: string, report: object): Promise<void> {
  const logs = join(rootimgdir, 'logs');
  await mkdir(logs, { recursive: true });
  const { temporary } = await writeUnpublished(
    join(logs, bootReportName),
    `${JSON.stringify(report, null, 2)}\n`,
  );
  await publishFiles([{ temporary, final: join(rootimgdir, bootReportName) }]);
}
