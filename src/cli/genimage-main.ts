import { runOneCommand } from './one-command.ts';
import { genimage } from './genimage/genimage.ts';

/** What the launcher of genimage runs. */
export const main = (argv: readonly string[]) => runOneCommand('genimage', genimage, argv);
