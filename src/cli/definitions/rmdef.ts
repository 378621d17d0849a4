import type { Command } from 'commander';
import { typeProblem } from '../../definition/check.ts';
import { isForeignType, isObjectType, siteName } from '../../definition/object.ts';
import type { Store } from '../../definition/store.ts';
import { throwProblems } from '../../base/errors.ts';
import {
  defCommand,
  type DefOptions,
  type DefRun,
  defUsageError,
  notFound,
  reportProblems,
  runs,
} from './def-command.ts';
import { readWords } from './def-words.ts';
import type { CommandIo } from '../io.ts';

interface RmdefOptions extends DefOptions {
  readonly all?: true;
  readonly force?: true;
}

/** `rmdef`: removes definitions. */
export function rmdefCommand(io: CommandIo): Command {
  const command = defCommand('rmdef', 'Removes definitions.', '-t osimage -o names | -a -f')
    .option('-a, --all', 'remove all osimages; the site stays. Needs -f')
    .option('-f, --force', 'with -a: yes, all of them')
    .option('-C, --cleanup', 'for nodes in xCAT; no effect here');
  return runs<RmdefOptions>(io, command, rmdef);
}

async function rmdef(run: DefRun<RmdefOptions>): Promise<void> {
  const { io, store, options, words } = run;
  const { names, attributes } = readWords(options.o, words);
  if (attributes.size > 0) throw defUsageError('rmdef takes no values.');
  if (options.all) return removeAll(run, names);
  const type = options.t || 'node';
  if (!isObjectType(type) && !isForeignType(type)) throwProblems([typeProblem(type)]);
  // Another name than the site's removes nothing: who typed it did not mean the site.
  const all = type === 'site' && names.length === 0 ? [siteName] : names;
  if (all.length === 0) throw defUsageError('No object names were provided.');
  let removed = 0;
  for (const name of all) {
    if (await removeObject(store, type, name)) removed += 1;
    else reportProblems(io, [notFound(name, type)]);
  }
  sayRemoved(io, removed);
}

/** `-a -f`: xCAT asks for both, and for no type, so that nobody removes all by a slip of the hand. */
async function removeAll(
  { io, store, options }: DefRun<RmdefOptions>,
  names: readonly string[],
): Promise<void> {
  if (options.t !== undefined) throw defUsageError('-a and -t cannot be used together.');
  if (names.length > 0) throw defUsageError('-a takes no names: it removes all osimages.');
  if (!options.force) {
    throw defUsageError("You must use the '-f' option when using the '-a' option.");
  }
  const removed = await store.exclusively(async () => {
    let count = 0;
    for (const name of await store.list('osimage')) if (await store.remove('osimage', name)) count += 1;
    return count;
  });
  sayRemoved(io, removed);
}

function sayRemoved(io: CommandIo, count: number): void {
  io.stdout(
    count > 0
      ? `${count} object definitions have been removed.\n`
      : 'No objects have been removed from the xCAT database.\n',
  );
}

/** The site is always there: removing it leaves its defaults. */
async function removeObject(store: Store, type: string, name: string): Promise<boolean> {
  if (!isObjectType(type)) return false;
  const removed = await store.remove(type, name);
  return removed || (type === 'site' && name === siteName);
}
