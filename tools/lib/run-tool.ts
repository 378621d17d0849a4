import { type Command, CommanderError } from 'commander';
import { printError } from '../../src/cli/print-error.ts';
import { listenForStop } from '../../src/system/signals.ts';

/**
 * Runs a task to its exit code; prints the user's problems in short and our bugs with a stack, as the
 * commands do.
 */
export async function runTool(work: () => Promise<number>): Promise<void> {
  listenForStop();
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = printError({ stderr: (text) => process.stderr.write(text) }, error);
  }
}

/** Runs a task whose words commander reads: 2 is wrong usage, of which commander itself has told. */
export function runCommandTool(command: Command): Promise<void> {
  return runTool(async () => {
    try {
      await command.exitOverride().parseAsync();
      return 0;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
      throw error;
    }
  });
}
