/**
 * Text of etc/passwd, etc/group and etc/shadow: lines whose first field, up to `:`, names the entry. Texts
 * are binary strings.
 */

function nameOf(line: string): string {
  return line.split(':', 1)[0] ?? '';
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * etc/shadow with root's line first (xCAT: last change on day 13880, maximum 99999, warning 7); `hash` as
 * crypt(3) writes it, or `*`.
 */
export function setRootPassword(shadow: string, hash: string): string {
  const others = linesOf(shadow).filter((line) => nameOf(line) !== 'root');
  return textOf([`root:${hash}:13880:0:99999:7:::`, ...others]);
}

/**
 * etc/passwd with an account whose password stands in etc/shadow, whatever the file itself said: a hash, or
 * nothing at all.
 */
export function passwordsFromShadow(passwd: string, account: string): string {
  const lines = passwd.split('\n').map((line) => {
    if (nameOf(line) !== account) return line;
    const [name, , ...rest] = line.split(':');
    return [name, 'x', ...rest].join(':');
  });
  return lines.join('\n');
}

/**
 * An accounts file with another's entries: those of the same name replaced where they stand, new ones at the
 * end (xCAT: MERGE).
 */
export function mergeAccounts(existing: string, incoming: string): string {
  const entries = new Map<string, string>();
  for (const line of linesOf(incoming)) if (!line.startsWith('#')) entries.set(nameOf(line), line);
  const merged: string[] = [];
  const placed = new Set<string>();
  for (const line of linesOf(existing)) {
    const name = nameOf(line);
    const replacement = entries.get(name);
    if (replacement === undefined) merged.push(line);
    else if (!placed.has(name)) merged.push(replacement);
    placed.add(name);
  }
  for (const [name, line] of entries) if (!placed.has(name)) merged.push(line);
  return textOf(merged);
}
