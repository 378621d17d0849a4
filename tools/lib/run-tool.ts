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
