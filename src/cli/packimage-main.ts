import { runOneCommand } from './one-command.ts';
import { packimage } from './packimage.ts';

/** What the launcher of packimage runs. */
export const main = (argv: readonly string[]) => runOneCommand('packimage', packimage, argv);
