import type { HostTool } from '../lib/host-packages.ts';

/** A file, link or folder of a package. */
export type PackageEntry =
  | {
      readonly path: string;
      readonly content: Buffer;
      readonly mode: number;
      /** The administrator may edit it: an upgrade keeps the edited one. */
      readonly config: boolean;
    }
  | { readonly path: string; readonly link: string };

/** Names of other packages, as each packager spells a relation to them. */
export interface Relation {
  readonly deb: readonly string[];
  readonly rpm: readonly string[];
}

/** One package, from which a .deb and an .rpm are made. */
export interface DescribedPackage {
  readonly name: string;
  readonly summary: string;
  /** Sentences of at most 78 columns. */
  readonly description: readonly string[];
  /** `noarch`, or an architecture as rpm names it. */
  readonly architecture: string;
  readonly depends: Relation;
  readonly recommends: Relation;
  readonly suggests: Relation;
  readonly conflicts: Relation;
  /** Shell that runs before the files come; what ends with an error refuses the installation. */
  readonly before?: string;
  /** Shell that runs when the package has been removed for good. */
  readonly afterRemoval?: string;
  /** Sorted by path; paths are absolute. */
  readonly entries: readonly PackageEntry[];
}

export const nothing: Relation = { deb: [], rpm: [] };

/** Who is named in the packages. */
export const maintainer = 'The rootimg developers <rootimg@localhost>';

/** The packages that bring these programs, by the names of both families. */
export function toolRelation(tools: readonly HostTool[]): Relation {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    deb: unique(tools.map((tool) => tool.debian)),
    rpm: unique(tools.flatMap((tool) => tool.el ?? [])),
  };
}
