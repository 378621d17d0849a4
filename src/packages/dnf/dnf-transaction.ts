import type { Transaction } from '../manager.ts';

/** Titles of the parts of the table that tell of packages that go. */
const going = /^Removing\b/;
const coming = /^(Installing|Upgrading|Downgrading|Reinstalling)\b/;

/**
 * What dnf of either generation says it would do, from its table: in columns of 80 characters, so that a long
 * name has a line of its own.
 */
export function readTransaction(output: string): Transaction {
  const brings: Transaction['brings'][number][] = [];
  const removes: string[] = [];
  for (const { title, rows } of parts(output)) {
    for (const row of rows) {
      const replaced = /^\s+replacing\s+(\S+) (.*)$/.exec(row);
      if (replaced !== null) removes.push(replacedName(replaced[1] ?? '', replaced[2] ?? ''));
      else {
        const [name = '', arch = '', version = '', repository] = row.trim().split(/\s+/);
        // Groups and modules are a name, or two words.
        if (repository === undefined) continue;
        if (going.test(title)) removes.push(`${name}.${arch}`);
        else brings.push({ name, arch, version: version.replace(/^0:/, ''), repository: idOf(repository) });
      }
    }
  }
  // dnf5 tells of the older version that an upgrade replaces.
  const names = new Set(brings.map(({ name, arch }) => `${name}.${arch}`));
  return { brings, removes: [...new Set(removes)].filter((one) => !names.has(one)) };
}

/** dnf 4: `old.noarch 1-1`; dnf5: `old noarch 0:1-1 repository size`. */
function replacedName(word: string, rest: string): string {
  const [arch = '', version] = rest.trim().split(/\s+/);
  return version === undefined ? word : `${word}.${arch}`;
}

function idOf(repository: string): string {
  return /^@+commandline$/.test(repository) ? 'file' : repository;
}

function parts(output: string): { title: string; rows: string[] }[] {
  const found: { title: string; rows: string[] }[] = [];
  let open: string[] | undefined;
  for (const line of output.split('\n')) {
    if (/^\S.*:$/.test(line)) {
      open = coming.test(line) || going.test(line) ? [] : undefined;
      if (open !== undefined) found.push({ title: line, rows: open });
    } else if (!line.startsWith(' ')) open = undefined;
    else if (open !== undefined) {
      const isOwn = /^ \S/.test(line) || /^\s+replacing\s/.test(line);
      const last = open.length - 1;
      if (isOwn) open.push(line);
      else if (last >= 0) open[last] = `${open[last]} ${line.trim()}`;
    }
  }
  return found;
}
