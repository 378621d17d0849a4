import { own } from '../base/own.ts';
import { quoteWord } from '../base/quote.ts';

/** What a boot loader's file must say so that the kernel gets these words, or why it cannot be said. */
export interface LoaderWords {
  /** Undefined when it cannot. */
  readonly text: string | undefined;
  /** One sentence for each word that the loader cannot carry. */
  readonly problems: readonly string[];
}

/** Says one word as a loader reads it, or throws a Refusal. */
type Say = (word: string) => string;

class Refusal extends Error {}

function refuse(why: string): never {
  throw new Refusal(why);
}

function sayAll(words: readonly string[], say: Say): LoaderWords {
  const said: string[] = [];
  const problems: string[] = [];
  for (const word of words) {
    try {
      if (/\p{Cc}/u.test(word)) refuse('a line break or another control character');
      if (word.split('"').length % 2 === 0) refuse('an open quotation mark, which takes in all behind it');
      said.push(say(word));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(`${JSON.stringify(word)} has ${error.message}`);
    }
  }
  return { text: problems.length === 0 ? said.join(' ') : undefined, problems };
}

/**
 * iPXE knows no quotation: it takes its line apart at blanks, ends it at `#`, `;`, `&&` and `||` that stand
 * at the beginning of or for a word, fills in
 * `${settings}`, and gives the rest to the kernel with single spaces between. Under UEFI it makes UTF-16 of
 * single bytes (ipxe.org/scripting).
 */
export function ipxeWords(words: readonly string[]): LoaderWords {
  return sayAll(words, (word) => {
    if (word.startsWith('initrd=')) refuse('the name of an initrd, which this entry gives itself');
    if (word.includes('${')) refuse('${, where iPXE fills in a setting');
    if (/[^\x20-\x7e]/.test(word)) refuse('characters that are not ASCII');
    if (/ {2}|^ | $/.test(word)) refuse('several blanks in a row, of which iPXE leaves one');
    for (const part of word.split(' ')) {
      if (part.startsWith('#')) refuse('a part that begins with #, where iPXE begins a comment');
      if (['||', '&&', ';'].includes(part)) refuse(`${part}, where iPXE begins another command`);
    }
    return word;
  });
}

/**
 * GRUB reads its lines as a shell does, and writes the kernel line anew: a word with a space gets quotation
 * marks around it, and `'`, `"` and `\` get a backslash before them, which the kernel takes for a character
 * (grub-core/lib/cmdline.c). So quotation marks of the kernel's own must go around a whole word or value, and
 * are left to GRUB.
 */
export function grubWords(words: readonly string[]): LoaderWords {
  return sayAll(words, (word) => {
    const [, whole, name = '', value] = /^(?:"([^"]*)"|([^"=]+=)"([^"]*)")$/.exec(word) ?? [];
    const bare = whole ?? (value === undefined ? word : `${name}${value}`);
    if (bare.includes('"')) refuse('quotation marks within a value, before which GRUB puts a backslash');
    if (bare.includes("'")) refuse("a ', before which GRUB puts a backslash");
    if (bare.includes('\\')) refuse('a backslash, before which GRUB puts another');
    return quoteWord(bare);
  });
}

/**
 * Longest kernel line that PXELINUX hands over (the boot protocol of x86), without the `BOOTIF=` that it
 * adds.
 */
const longestAppend = 2047 - ' BOOTIF=01-aa-bb-cc-dd-ee-ff'.length;

/**
 * PXELINUX takes the rest of an APPEND line as it is, but looks for `initrd=` in it (syslinux.org,
 * doc/syslinux.txt).
 */
export function pxelinuxWords(words: readonly string[]): LoaderWords {
  const { text, problems } = sayAll(words, (word) => {
    if (word.startsWith('initrd=')) refuse('the name of an initrd, which PXELINUX would load');
    return word;
  });
  if (text === undefined || Buffer.byteLength(text) <= longestAppend) return { text, problems };
  const length = `the kernel line has ${Buffer.byteLength(text)} characters, PXELINUX hands over ${longestAppend}`;
  return { text: undefined, problems: [length] };
}

const lineSizes: Readonly<Record<string, number>> = { s390x: 4096, riscv64: 1024 };

/** Characters that a kernel reads of its line (COMMAND_LINE_SIZE); the rest is cut off in silence. */
export function longestKernelLine(arch: string): number {
  return (own(lineSizes, arch) ?? 2048) - 1;
}
