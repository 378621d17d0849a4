/** What a .treeinfo file says of its medium; a value that it leaves out is undefined. */
export interface Treeinfo {
  /** `[release] name`, which newer media have (`CentOS Stream`). */
  readonly release: string | undefined;
  /** `[general] family`, such as `Red Hat Enterprise Linux`. */
  readonly family: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly variant: string | undefined;
  readonly arch: string | undefined;
  readonly disc: string | undefined;
}

/**
 * Reads a .treeinfo file: an INI file with `=` or `:`; comments begin with `;` or `#` (productmd and its
 * forerunners).
 */
export function readTreeinfo(text: string): Treeinfo {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line.startsWith('[') && line.endsWith(']')) section = line.slice(1, -1);
    const [key, value] = splitPair(line);
    if (key !== '' && value !== '') values.set(`${section}/${key.toLowerCase()}`, value);
  }
  const first = (...keys: string[]): string | undefined =>
    keys.map((key) => values.get(key)).find((value) => value !== undefined);
  return {
    release: first('release/name', 'product/name'),
    family: first('general/family'),
    name: first('general/name'),
    version: first('release/version', 'product/version', 'general/version'),
    variant: first('general/variant'),
    arch: first('general/arch', 'tree/arch'),
    disc: first('media/discnum', 'general/discnum'),
  };
}

/** `key = value`, the value whole; the key is empty for a comment, a header, or a line of another kind. */
function splitPair(line: string): [string, string] {
  const at = line.search(/[=:;#[\]]/);
  if (at === -1 || !(line[at] === '=' || line[at] === ':')) return ['', ''];
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
