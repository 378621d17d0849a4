import type { BuildRequest } from './request.ts';

/** A request that says nothing yet. Apart from the schema, so that a dry run need not load it. */
export function emptyRequest(): BuildRequest {
  return {
    schema: 1,
    interactive: false,
    onlyinitrd: false,
    ignorekernelchk: false,
    noupdate: false,
    nogpgcheck: false,
    toleratescriptlets: false,
    acceptlicenses: false,
    allowvendorchange: false,
    nonetwork: false,
    fresh: false,
    noCache: false,
    wait: false,
    force: false,
    emulate: false,
  };
}
