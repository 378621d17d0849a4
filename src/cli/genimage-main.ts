import './compile-later.ts';
import { endIfHanging } from '../base/answered.ts';
import { processIo } from './io.ts';
import { runPrinting } from './run-printing.ts';
import { genimage } from './genimage/genimage.ts';

/** What the launcher of genimage runs: main.ts with this command alone, which has half as many files to load. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo();
  const usage = async () => (await import('./usage-line.ts')).usageLine('genimage', argv, undefined);
  process.exitCode = await runPrinting(io, () => genimage(io, argv), usage);
  endIfHanging();
}
