import type { OptionSpec } from '../render/getopt.ts';

interface SharedOption {
  readonly name: string;
  /** What stands for the value; absent: a switch. */
  readonly value?: string;
  readonly help: string;
}

/** Options that several commands have, with the words of their help. */
const sharedOptions = {
  store: { name: 'store', value: 'dir', help: 'definitions are there (ROOTIMG_HOME, /etc/rootimg)' },
  def: { name: 'def', value: 'file', help: 'the definition is in this stanza file, which stays as it is' },
  json: { name: 'json', help: 'one JSON object per line on standard output' },
  /** The answer of a command that has no progress. */
  jsonDocument: { name: 'json', help: 'the answer as JSON on standard output' },
  quiet: { name: 'quiet', help: 'results, warnings and errors only' },
  verbose: { name: 'verbose', help: 'more about each step' },
  wait: { name: 'wait', help: 'wait until nobody else works on this image' },
} satisfies Readonly<Record<string, SharedOption>>;

type SharedName = keyof typeof sharedOptions;

/** Flag and help of a shared option, as a command's `.option()` takes them. */
export function shared(key: SharedName): readonly [flag: string, help: string] {
  const { name, value, help }: SharedOption = sharedOptions[key];
  return [`--${name}${value === undefined ? '' : ` <${value}>`}`, help];
}

/** The same for commands that read their words as xCAT's do; a value is told in the help, as theirs is. */
export function sharedSpec(key: SharedName): OptionSpec & { readonly help: string } {
  const { name, value, help }: SharedOption = sharedOptions[key];
  return {
    names: [name],
    takesValue: value !== undefined,
    ours: true,
    help: value === undefined ? help : `${value.toUpperCase()}: ${help}`,
  };
}
