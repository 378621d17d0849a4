/** What a definition adds to the kernel line. */
export interface DefinitionWords {
  /** In the order in which xCAT writes them: dump words, then addkcmdline. */
  readonly words: readonly string[];
  /** For the administrator: what could not go onto the line. */
  readonly warnings: readonly string[];
}

/** Memory for the dump kernel where crashkernelsize says nothing (xCAT). */
const usualCrashkernel = '256M';

/**
 * Words of the kernel line that dump, crashkernelsize and addkcmdline become (xCAT: nodeset). `R::` parts of
 * addkcmdline are for installed systems only and are left out. `#NODEATTRIB:…#` and `#TABLE:…#` stand for
 * values of single nodes, which only xCAT knows: a word with one is left out with a warning.
 */
export function definitionWords(attributes: {
  readonly addkcmdline?: string | undefined;
  readonly dump?: string | undefined;
  readonly crashkernelsize?: string | undefined;
}): DefinitionWords {
  const { addkcmdline = '', dump, crashkernelsize } = attributes;
  const dumpWords =
    dump === undefined ? [] : [`crashkernel=${crashkernelsize ?? usualCrashkernel}`, `dump=${dump}`];
  const given = splitWords(addkcmdline).filter((word) => !word.startsWith('R::'));
  const perNode = given.filter((word) => /#(NODEATTRIB|TABLE):/.test(word));
  return {
    words: [...dumpWords, ...given.filter((word) => !perNode.includes(word))],
    warnings: perNode.map(
      (word) => `${word} of addkcmdline is left out: xCAT fills it in for each node, this entry is for all.`,
    ),
  };
}

/** Words apart by blanks, those between quotation marks kept together, as the kernel reads its line. */
export function splitWords(line: string): string[] {
  return line.match(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g) ?? [];
}
