import { basename } from 'node:path';
import { type Problem, RootimgError } from '../../base/errors.ts';
import { lackingForBoot } from '../../family/boot-needs.ts';
import { familyOf } from '../../family/families.ts';
import type { Session } from '../../packages/manager.ts';
import { sharedEnvironment } from '../../packages/pass-repositories.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { type Build, warn } from '../build-context.ts';

/**
 * What every booted image has and none of the packages brings, those of otherpkglists counted too: warnings,
 * as a script of the site or a package of another name may bring it still.
 */
export function lackingProblems({ image, otherPasses }: BuildPlan, names: Iterable<string>): Problem[] {
  const others = otherPasses.flatMap(({ install }) => install.map(({ name }) => basename(name)));
  return lackingForBoot(familyOf(image.family).packageFormat, [...names, ...others]).map(
    ({ what, name }) => ({
      code: 'boot-lacking',
      message: `No package of the lists brings ${what}.`,
      hint: `Name ${name} in pkglist.`,
    }),
  );
}

/** Says so before a new tree is filled. What the lists do not name themselves may come with what they name. */
export async function warnOfLacking(build: Build, session: Session): Promise<void> {
  const { plan, tree } = build;
  if (!tree.isNew || plan.lock !== undefined) return;
  const entries = plan.passes.flatMap(({ install }) => install);
  const named = entries.map(({ name }) => name);
  if (entries.length === 0 || lackingProblems(plan, named).length === 0) return;
  const names = await namesOf(plan, session);
  if (names === undefined) return;
  for (const { message, hint } of lackingProblems(plan, [...named, ...names])) {
    warn(build, `${message} ${hint ?? ''}`);
  }
}

/** What pkglist brings; undefined where its passes together contradict themselves: each is told in its turn. */
async function namesOf(plan: BuildPlan, session: Session): Promise<ReadonlySet<string> | undefined> {
  const task = {
    command: 'install' as const,
    entries: plan.passes.flatMap(({ install }) => install),
    repositories: plan.repositories.filter(({ from }) => from !== 'otherpkgdir').map(({ id }) => id),
    environment: sharedEnvironment(plan.passes),
  };
  try {
    return (await session.resolve(task)).touched;
  } catch (error) {
    if (error instanceof RootimgError) return undefined;
    throw error;
  }
}
