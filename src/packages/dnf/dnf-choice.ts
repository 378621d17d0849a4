import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nevra } from '../../plan/package-id.ts';
import type { PackageChoice, PackageSite } from '../manager.ts';
import type { Dialect } from './dialect.ts';
import type { Dnf } from './dnf-call.ts';
import { dnfConfig, type DnfChoice, noChoice } from './dnf-config.ts';
import { inMetadata, type TurnOf } from './dnf-lock.ts';
import { dnfName } from './dnf-names.ts';

/** dnf's configuration on a site. */
export function configText({ plan, keepsFiles }: PackageSite, dialect: Dialect, choice?: DnfChoice): string {
  return dnfConfig(
    plan.repositories,
    plan.keys,
    {
      local: !plan.request.nogpgcheck,
      options: [...dialect.options, ...(keepsFiles === true ? ['keepcache=1'] : [])],
    },
    choice,
  );
}

/**
 * What dnf is given for a task: a configuration of its own for each choice of packages. `trusting` gives the dnf
 * that checks packages.
 */
export function dnfTurns(looking: Dnf, trusting: () => Promise<Dnf>): TurnOf {
  let choices = 0;
  return async (task, purpose = 'look') => {
    const dnf = purpose === 'change' ? await trusting() : looking;
    const run = { ...task, names: [...new Set(task.entries.map(dnfName))] };
    const { choice } = task;
    if (choice === undefined) return { dnf, run };
    const configFile = join(dnf.host.shared, `dnf-${(choices += 1)}.conf`);
    const text = configText(dnf.site, dnf.dialect, await choiceOf(dnf, choice));
    await writeFile(configFile, text, { mode: 0o600 });
    return { dnf: { ...dnf, session: { ...dnf.session, configFile } }, run };
  };
}

async function choiceOf(dnf: Dnf, { packages, others }: PackageChoice): Promise<DnfChoice> {
  if (others === 'none') {
    return {
      ...noChoice,
      only: (id) => {
        const mine = packages.filter(({ repository }) => repository === id).map(nevra);
        // A list of none would be no choice.
        return mine.length === 0 ? ['rootimg-takes-nothing-from-here'] : mine;
      },
    };
  }
  const chosen = new Set(packages.map(nevra));
  const names = new Set(packages.map(({ name }) => name));
  const offered = await inMetadata(dnf, dnf.site.plan.repositories, names);
  return { excluded: [...new Set(offered.map(nevra))].filter((one) => !chosen.has(one)).sort() };
}
