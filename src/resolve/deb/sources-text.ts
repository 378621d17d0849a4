import type { Origin, Problem } from '../../base/errors.ts';
import { isFlat, type SourceEntry } from './source-entry.ts';

export interface ReadSources {
  readonly entries: readonly SourceEntry[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A field of a paragraph, with the line it begins on. */
interface Field {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
}

/** Fields that are used here, by their name in small letters. */
const used = new Set([
  'types',
  'uris',
  'suites',
  'components',
  'signed-by',
  'enabled',
  'trusted',
  'architectures',
  'check-valid-until',
]);
/** Fields of sources.list(5) that change nothing for an image. */
const harmless =
  /^(x-.*|languages(-.*)?|targets(-.*)?|pdiffs|by-hash|allow-(insecure|weak|downgrade-to-insecure))$/;

/** Reads the paragraphs of a `.sources` file (deb822, sources.list(5)). Those for source packages are left out. */
export function readSourcesFile(text: string, file: string): ReadSources {
  const found = { entries: [] as SourceEntry[], problems: [] as Problem[], warnings: [] as Problem[] };
  for (const paragraph of paragraphs(text, file, found.problems)) {
    const fields = new Map(paragraph.map((field) => [field.name.toLowerCase(), field]));
    for (const field of paragraph) checkField(field, found.problems, found.warnings);
    if (isNo(valueOf(fields, 'enabled'))) continue;
    const [first] = paragraph;
    if (first === undefined || !checkParagraph(fields, first.origin, found.problems)) continue;
    found.entries.push(...entriesOf(fields, first.origin));
  }
  return found;
}

/** apt's words for no. */
function isNo(value: string): boolean {
  return /^(no|false|without|off|disable)$/i.test(value);
}

function valueOf(fields: ReadonlyMap<string, Field>, name: string): string {
  return (fields.get(name)?.value ?? '').trim();
}

function words(fields: ReadonlyMap<string, Field>, name: string): string[] {
  return valueOf(fields, name)
    .split(/\s+/)
    .filter((word) => word !== '');
}

function entriesOf(fields: ReadonlyMap<string, Field>, start: Origin): SourceEntry[] {
  if (!words(fields, 'types').includes('deb')) return [];
  const signedBy = fields.get('signed-by');
  const isDated = !isNo(valueOf(fields, 'check-valid-until'));
  const origin = fields.get('uris')?.origin ?? start;
  return words(fields, 'uris').flatMap((uri) =>
    words(fields, 'suites').map((suite) => ({
      uri,
      suite,
      components: words(fields, 'components'),
      ...(signedBy === undefined ? {} : { signedBy: signedBy.value }),
      ...(isDated ? {} : { checkValidUntil: false as const }),
      architectures: words(fields, 'architectures'),
      trusted: /^(yes|true|with|on|enable)$/i.test(valueOf(fields, 'trusted')),
      origin,
    })),
  );
}

/** Cuts a text into paragraphs of fields; a line that is neither a field nor its continuation is a problem. */
function paragraphs(text: string, file: string, problems: Problem[]): Field[][] {
  const found: Field[][] = [[]];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const origin = { file, line: index + 1 };
    const current = found.at(-1) ?? [];
    if (line.trim() === '') found.push([]);
    else if (line.startsWith('#')) continue;
    else if (/^[ \t]/.test(line)) {
      const before = current.pop();
      if (before === undefined) problems.push(notAField(line, origin));
      else current.push({ ...before, value: `${before.value}\n${line.trim()}` });
    } else {
      const [, name, value = ''] = /^([!-9;-~]+)\s*:(.*)$/.exec(line) ?? [];
      if (name === undefined) problems.push(notAField(line, origin));
      else current.push({ name, value: value.trim(), origin });
    }
  }
  return found.filter((paragraph) => paragraph.length > 0);
}

function notAField(line: string, origin: Origin): Problem {
  return {
    code: 'sources-line',
    message: `'${line.trim()}' is not a field such as 'URIs: http://mirror.example/debian'.`,
    origin,
  };
}

function checkField({ name, origin }: Field, problems: Problem[], warnings: Problem[]): void {
  const known = name.toLowerCase();
  if (used.has(known) || harmless.test(known)) return;
  const near = [...used].find((one) => one.replace(/s$/, '') === known.replace(/s$/, ''));
  const code = 'sources-field';
  if (near !== undefined) {
    problems.push({ code, message: `The field is called '${near}', not '${name}'.`, origin });
  } else {
    warnings.push({ code, message: `The field '${name}' does nothing for an image.`, origin });
  }
}

/** Whether a paragraph names repositories; what lacks goes into `problems`. */
function checkParagraph(fields: ReadonlyMap<string, Field>, start: Origin, problems: Problem[]): boolean {
  const before = problems.length;
  const origin = (name: string) => fields.get(name)?.origin ?? start;
  const code = 'sources-field';
  for (const name of ['Types', 'URIs', 'Suites']) {
    if (words(fields, name.toLowerCase()).length > 0) continue;
    problems.push({ code, message: `There is no value for '${name}'.`, origin: origin(name.toLowerCase()) });
  }
  for (const type of words(fields, 'types').filter((word) => !/^deb(-src)?$/.test(word))) {
    problems.push({ code, message: `Types '${type}' is neither deb nor deb-src.`, origin: origin('types') });
  }
  const suites = words(fields, 'suites');
  const hasComponents = words(fields, 'components').length > 0;
  if (suites.some(isFlat) && hasComponents) {
    const message = 'A suite that ends with / is a flat repository, which has no Components.';
    problems.push({ code, message, origin: origin('suites') });
  } else if (suites.some((suite) => !isFlat(suite)) && !hasComponents) {
    const message = "There is no value for 'Components'.";
    problems.push({ code, message, origin: origin('components') });
  }
  return problems.length === before;
}

/** Reads the lines of a `sources.list`; what is not understood is left out. */
export function readSourcesList(text: string, file: string): SourceEntry[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line.trim());
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const option = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(options)?.[1];
    const signedBy = option('signed-by');
    return [
      {
        uri,
        suite,
        components: components.split(/\s+/).filter((word) => word !== ''),
        ...(signedBy === undefined ? {} : { signedBy }),
        ...(isNo(option('check-valid-until') ?? '') ? { checkValidUntil: false as const } : {}),
        architectures: option('arch')?.split(',') ?? [],
        trusted: option('trusted') === 'yes',
        origin: { file, line: index + 1 },
      },
    ];
  });
}
