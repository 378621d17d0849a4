import type { BuildPlan } from '../../../src/plan/build-plan.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';

/** A small valid plan; tests say what differs. */
export function aPlan(changes: Partial<BuildPlan> = {}): BuildPlan {
  return {
    schema: 1,
    request: emptyRequest(),
    image: {
      name: 'compute',
      osvers: 'rocky9.4',
      arch: 'x86_64',
      profile: 'compute',
      rootimgdir: '/install/netboot/rocky9.4/x86_64/compute',
      family: 'rocky',
      packageManager: 'dnf',
      releasever: '9',
    },
    passes: [],
    otherPasses: [],
    repositories: [],
    keys: [],
    environment: {},
    postinstall: [],
    netdrivers: [],
    otherifce: [],
    files: [],
    postscriptsDir: '/install/postscripts',
    warnings: [],
    ...changes,
  };
}
