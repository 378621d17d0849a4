import { fieldOf, paragraphs } from './apt-lists.ts';

/**
 * dpkg's status of a tree in which these paragraphs of an index have been installed and the packages of those
 * names removed: apt resolves on it as on the real one.
 */
export function statusAfter(
  status: string,
  { brings, removes }: { readonly brings: readonly string[]; readonly removes: readonly string[] },
): string {
  const gone = new Set([...removes, ...brings.map((one) => fieldOf(one, 'Package'))]);
  const stay = paragraphs(status).filter((one) => !gone.has(fieldOf(one, 'Package')));
  return [...stay, ...brings.map(installed)].map((one) => `${one.trim()}\n\n`).join('');
}

/** Names of the packages that a status tells of. */
export function namesIn(status: string): Set<string> {
  return new Set(paragraphs(status).map((one) => fieldOf(one, 'Package')));
}

function installed(stanza: string): string {
  const [first = '', ...rest] = stanza.trim().split('\n');
  return [first, 'Status: install ok installed', ...rest].join('\n');
}
