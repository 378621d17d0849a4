/** One name of a dependency with an optional bound: `libc6 (>= 2.34)`. */
export interface Relation {
  readonly name: string;
  readonly bound?: { readonly operator: string; readonly version: string };
}

const relationPattern =
  /^([A-Za-z0-9][A-Za-z0-9+.-]*)(?::[a-z0-9-]+)?(?:\s*\((<<|<=|=|>=|>>)\s*([^)\s]+)\))?$/;

/**
 * Reads a Depends, Pre-Depends or Provides field: groups joined by commas, each with alternatives joined by
 * `|`.
 */
export function parseRelations(field: string): Relation[][] {
  return field
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '')
    .map((group) => group.split('|').map((text) => parseRelation(text.trim())));
}

function parseRelation(text: string): Relation {
  const match = relationPattern.exec(text.replace(/\s*\[[^\]]*\]$/, ''));
  const [, name, operator, version] = match ?? [];
  if (name === undefined) throw new Error(`not a Debian dependency: ${text}`);
  return operator === undefined || version === undefined ? { name } : { name, bound: { operator, version } };
}

export interface RpmVersion {
  readonly epoch?: string;
  readonly version: string;
  readonly release: string;
}

/**
 * A Debian version as RPM has it: `1:2.3-4` is epoch 1, version 2.3, release 4; a hyphen inside the upstream
 * part becomes `_`.
 */
export function rpmVersion(debian: string): RpmVersion {
  const colon = debian.indexOf(':');
  const rest = debian.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  const version = (hyphen < 0 ? rest : rest.slice(0, hyphen)).replaceAll('-', '_');
  const release = hyphen < 0 ? '0' : rest.slice(hyphen + 1);
  return { ...(colon < 0 ? {} : { epoch: debian.slice(0, colon) }), version, release };
}

/**
 * The version of a bound, `[epoch:]version[-release]`. A bound without a Debian revision stays without a
 * release, so that any release satisfies it; but for rpm 2.36-9 is then not greater than 2.36, as it is for
 * dpkg: `>>` gets release 0.
 */
function boundVersion(operator: string, debian: string): string {
  const { epoch, version, release } = rpmVersion(debian);
  const hasRelease = debian.includes('-') || operator === '>>';
  return `${epoch === undefined ? '' : `${epoch}:`}${version}${hasRelease ? `-${release}` : ''}`;
}

const rpmOperators: Readonly<Record<string, string>> = {
  '<<': '<',
  '<=': '<=',
  '=': '=',
  '>=': '>=',
  '>>': '>',
};

/** A relation in the words of a spec file. */
export function rpmRelation(relation: Relation): string {
  if (relation.bound === undefined) return relation.name;
  const { operator, version } = relation.bound;
  return `${relation.name} ${rpmOperators[operator]} ${boundVersion(operator, version)}`;
}

/**
 * The Requires for a Depends field: of each group the first alternative that the set offers, by name or by
 * Provides. Groups of which nothing is in the set vanish: the set's makers left those packages out on
 * purpose.
 */
export function chooseRelations(
  groups: readonly Relation[][],
  isOffered: (name: string) => boolean,
): Relation[] {
  return groups.flatMap((alternatives) => {
    const chosen = alternatives.find((relation) => isOffered(relation.name));
    return chosen === undefined ? [] : [chosen];
  });
}
