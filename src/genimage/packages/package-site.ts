import type { PackageSite } from '../../packages/manager.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';

/** The tree of a build as package managers see it. */
export function packageSite(build: Build): PackageSite {
  const { plan, root, temporary, treeTemporary, logs, tree } = build;
  return {
    ...{ plan, root, temporary, treeTemporary, isNew: tree.isNew },
    log: (name) => logs.path(name),
    keptLog: (name) => (logs.kept === undefined ? undefined : logs.path(name)),
    warn: (text) => {
      if (!build.warnings.includes(text)) warn(build, text);
    },
    treeChanges: () => {
      if (!tree.changed) treeChanges(build);
    },
    step: (title, work) => inStep(build, title, work),
  };
}
