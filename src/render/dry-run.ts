import type { BuildRequest } from '../plan/request.ts';
import { flagOf } from './getopt.ts';
import { nodeOptions } from './options.ts';
import { holdsSecrets } from '../base/secrets.ts';
import { quoteWord } from '../base/quote.ts';

/**
 * The line that, pasted into a shell of the building node, makes the same request there. `familyDir` is the
 * netboot folder of the image's family, such as `/opt/xcat/share/xcat/netboot/rh`.
 */
export function renderDryRun(request: BuildRequest, familyDir: string): string {
  return `cd ${quoteWord(familyDir)}; ${['./genimage', ...nodeArguments(request)].map(quoteWord).join(' ')}`;
}

/** The words after `./genimage`, unquoted; what is not set is left out. */
function nodeArguments(request: BuildRequest): string[] {
  const words: string[] = [];
  for (const option of nodeOptions) {
    if (option.takesValue) {
      const value = request[option.field];
      if (value !== undefined && value !== '') words.push(flagOf(option), value);
    } else if (request[option.field]) {
      words.push(flagOf(option));
    }
  }
  const name = request.imageName;
  if (name === undefined || name === '') return words;
  return [...words, ...(name.startsWith('-') ? ['--'] : []), name];
}

/** The options of the line whose values hold secrets, such as `--srcdir`: only this line carries them. */
export function optionsWithSecrets(request: BuildRequest): string[] {
  return nodeOptions
    .filter((option) => option.takesValue && holdsSecrets(request[option.field] ?? ''))
    .map(flagOf);
}
