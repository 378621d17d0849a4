import './compile-later.ts';
import { endIfHanging } from '../base/answered.ts';
import { type CommandIo, processIo } from './io.ts';
import { runPrinting } from './run-printing.ts';

/**
 * Runs a command whose launcher loads it alone, in half as many files as all commands have, and sets the exit code
 * of this process.
 */
export async function runOneCommand(
  name: string,
  command: (io: CommandIo, argv: readonly string[]) => Promise<void>,
  argv: readonly string[],
): Promise<void> {
  const io = processIo();
  const usage = async () => (await import('./usage-line.ts')).usageLine(name, argv, undefined);
  process.exitCode = await runPrinting(io, () => command(io, argv), usage);
  endIfHanging();
}
