// Entry of the one-file bundle that lies in each family's netboot folder and is copied to building nodes.
import { endIfHanging } from '../../base/answered.ts';
import { processIo } from '../io.ts';
import { nodeGenimage } from './node-run.ts';
import { printError } from '../print-error.ts';

const io = processIo();
try {
  await nodeGenimage(io, process.argv.slice(2), import.meta.url);
  process.exitCode = io.exitCode;
} catch (error) {
  process.exitCode = printError(io, error);
}
endIfHanging();
