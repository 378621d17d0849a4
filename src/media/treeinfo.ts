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

/** Reads a .treeinfo file: an INI file with `=` or `:`; comments begin with `;` or `#` (productmd and its forerunners). */
export function readTreeinfo(text: string): Treeinfo {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key, value = ''] = /^\s*([^=:;#[\]]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== '') values.set(`${section}/${key.toLowerCase()}`, value);
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
