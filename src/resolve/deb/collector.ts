import type { Problem } from '../../base/errors.ts';
import type { DebSuite, Repository } from '../../plan/build-plan.ts';
import type { TrustedAddress } from '../repositories.ts';

/** What a repository is found as; its id follows from the order. */
export interface FoundRepository extends DebSuite {
  readonly url: string;
  readonly from: Repository['from'];
  /** In otherpkgdir: `dir/sub` of the entries that it is for, empty for plain names. */
  readonly sub?: string;
}

/** Repositories as they are found; one that is found twice is one. */
export interface Collector {
  readonly repositories: readonly Repository[];
  readonly problems: Problem[];
  readonly warnings: string[];
  /** What a file asks to trust without a signature. */
  readonly trusted: TrustedAddress[];
  add(found: FoundRepository): void;
}

export function collect(): Collector {
  const repositories: Repository[] = [];
  return {
    repositories,
    problems: [],
    warnings: [],
    trusted: [],
    add({ url, from, sub, ...deb }) {
      const at = repositories.findIndex((one) => one.url === url && one.deb?.suite === deb.suite);
      const known = repositories[at];
      if (known === undefined) {
        const number = repositories.filter((one) => one.from === from).length;
        const folders = sub === undefined ? {} : { folders: [sub] };
        repositories.push({ id: `${from}-${number}`, url, from, ...folders, deb });
        return;
      }
      const components = [...new Set([...(known.deb?.components ?? []), ...deb.components])];
      const folders =
        sub === undefined || known.folders === undefined
          ? {}
          : { folders: [...new Set([...known.folders, sub])] };
      repositories[at] = { ...known, ...folders, deb: { ...deb, ...known.deb, components } };
    },
  };
}
