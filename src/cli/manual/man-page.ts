import { type CommandName, commandNames, type ShownOption } from './command-options.ts';
import { manualTexts } from './texts.ts';

/** Escapes what roff would take for a request, an escape or a typographic dash. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^([.])/gm, '\\&$1');
}

/** The manual page of a command in section 1, as roff. */
export function manPage(name: CommandName, version: string, options: readonly ShownOption[]): string {
  const { summary, synopsis, description, examples, exit } = manualTexts[name];
  return [
    title(name, version),
    `.SH NAME\n${name} \\- ${roff(summary)}`,
    `.SH SYNOPSIS\n${synopsis.map((line) => `.B ${roff(line)}`).join('\n.br\n')}`,
    `.SH DESCRIPTION\n${description.map(roff).join('\n.PP\n')}`,
    `.SH OPTIONS\nLong options may be abbreviated while they are unambiguous.\n${optionList(options)}`,
    `.SH EXAMPLES\n.nf\n${examples.map(roff).join('\n')}\n.fi`,
    `.SH FILES\n${files}`,
    `.SH EXIT STATUS\n${roff(exit)}`,
    seeAlso(name),
  ].join('\n');
}

/** One subcommand on the page of rootimg. */
export interface ShownSubcommand {
  /** As typed after `rootimg`: `boot <name>`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly ShownOption[];
}

/** The manual page of rootimg: every subcommand with its options. */
export function rootimgPage(version: string, subcommands: readonly ShownSubcommand[]): string {
  const sections = subcommands.map(({ usage, description, options }) => {
    const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
    return `.SS ${roff(`rootimg ${usage}`)}\n${roff(sentence)}\n${optionList(options)}`;
  });
  return [
    title('rootimg', version),
    '.SH NAME\nrootimg \\- build, pack and boot stateless node images',
    '.SH SYNOPSIS\n.B rootimg COMMAND [options]',
    `.SH DESCRIPTION\nThe commands that have pages of their own (see below) may be called as ${roff('rootimg genimage')} and so on. Besides there are:`,
    ...sections,
    `.SH FILES\n${files}`,
    `.SH EXIT STATUS\n${roff('0 done; 1 failed; 2 wrong usage; 130 and 143 stopped by SIGINT and SIGTERM.')}`,
    seeAlso('rootimg'),
  ].join('\n');
}

function title(name: string, version: string): string {
  return `.TH ${name.toUpperCase()} 1 "" "rootimg ${roff(version)}" "rootimg"`;
}

function optionList(options: readonly ShownOption[]): string {
  return options
    .map(({ flags, placeholder, help }) => {
      const value = placeholder === undefined ? '' : ` \\fI${roff(placeholder)}\\fR`;
      return `.TP\n${flags.map((flag) => `\\fB${roff(flag)}\\fR`).join(', ')}${value}\n${roff(help)}`;
    })
    .join('\n');
}

const files = [
  [
    '/etc/rootimg/osimage/NAME.stanza',
    'The definitions. ROOTIMG_HOME or \\-\\-store names another folder than /etc/rootimg.',
  ],
  ['/etc/rootimg/config.yaml', 'The configuration.'],
]
  .map(([path = '', text = '']) => `.TP\n.I ${roff(path)}\n${text}`)
  .join('\n');

function seeAlso(name: string): string {
  const others = [...commandNames, 'rootimg'].filter((one) => one !== name).sort();
  return `.SH SEE ALSO\n${others.map((one) => `.BR ${one} (1)`).join(',\n')}\n`;
}
