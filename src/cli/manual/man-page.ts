import { type CommandName, commandNames, type ShownOption } from './command-options.ts';
import { examplesOf } from './examples.ts';
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
  const { summary, synopsis, description, exit, ...text } = manualTexts[name];
  const lines = [...new Set([...text.examples, ...examplesOf(name)])];
  return [
    title(name, version),
    `.SH NAME\n${name} \\- ${roff(summary)}`,
    `.SH SYNOPSIS\n${synopsis.map((line) => `.B ${roff(line)}`).join('\n.br\n')}`,
    `.SH DESCRIPTION\n${description.map(roff).join('\n.PP\n')}`,
    `.SH OPTIONS\nLong options may be abbreviated while they are unambiguous.\n${optionList(options)}`,
    `.SH EXAMPLES\n${exampleLines(lines)}`,
    `.SH FILES\n${files}`,
    `.SH ENVIRONMENT\n${environment}`,
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
  readonly examples: readonly string[];
}

/** The manual page of rootimg: every subcommand with its options. */
export function rootimgPage(version: string, subcommands: readonly ShownSubcommand[]): string {
  const sections = subcommands.map(({ usage, description, options, examples }) => {
    const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
    return `.SS ${roff(`rootimg ${usage}`)}\n${roff(sentence)}\n${optionList(options)}\n.PP\n${exampleLines(examples)}`;
  });
  return [
    title('rootimg', version),
    '.SH NAME\nrootimg \\- build, pack and boot stateless node images',
    '.SH SYNOPSIS\n.B rootimg COMMAND [options]',
    `.SH DESCRIPTION\nThe commands that have pages of their own (see below) may be called as ${roff('rootimg genimage')} and so on. Besides there are:`,
    ...sections,
    `.SH FILES\n${files}`,
    `.SH ENVIRONMENT\n${environment}`,
    `.SH EXIT STATUS\n${roff('0 done; 1 failed; 2 wrong usage; 130 and 143 stopped by SIGINT and SIGTERM.')}`,
    seeAlso('rootimg'),
  ].join('\n');
}

function exampleLines(lines: readonly string[]): string {
  return `.nf\n${lines.map(roff).join('\n')}\n.fi`;
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
  ['/etc/rootimg/site/root.password-hash', "The crypt hash of root's password in every image."],
  ['/var/cache/rootimg', 'What builds keep for the next ones; ROOTIMG_CACHE names another folder.'],
]
  .map(([path = '', text = '']) => `.TP\n.I ${roff(path)}\n${text}`)
  .join('\n');

const environment = [
  ['ROOTIMG_HOME', 'The folder of definitions and configuration, in place of /etc/rootimg.'],
  ['ROOTIMG_STORE', 'files or xcat: which definitions are used, whatever config.yaml says.'],
  ['ROOTIMG_CACHE', 'In place of /var/cache/rootimg.'],
  ['XCATROOT', 'Where share/xcat/netboot lies, and a live xCAT; else /opt/xcat.'],
  ['SOURCE_DATE_EPOCH', 'Seconds since 1970: builds and packs that are the same bytes each time.'],
]
  .map(([name = '', text = '']) => `.TP\n.B ${roff(name)}\n${roff(text)}`)
  .join('\n');

function seeAlso(name: string): string {
  const others = [...commandNames, 'rootimg'].filter((one) => one !== name).sort();
  return `.SH SEE ALSO\n${others.map((one) => `.BR ${one} (1)`).join(',\n')}\n`;
}
