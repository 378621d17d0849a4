import './compile-later.ts';
import { endIfHanging } from '../base/answered.ts';
import { processIo } from './io.ts';
import { packimage } from './packimage.ts';
import { runPrinting } from './run-printing.ts';

/** What the launcher of packimage runs: main.ts with this command alone, which has half as many files to load. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo();
  const usage = async () => (await import('./usage-line.ts')).usageLine('packimage', argv, undefined);
  process.exitCode = await runPrinting(io, () => packimage(io, argv), usage);
  endIfHanging();
}
