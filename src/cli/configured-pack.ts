import { own } from '../base/own.ts';
import { type Config, configOrigin } from '../definition/config.ts';
import { ProblemsError, problemsOf, RootimgError } from '../base/errors.ts';
import { type PackInput, type ResolvedPack, resolvePackPlan } from '../resolve/pack-plan.ts';

/** What packimage's own options say. */
export interface AskedPack {
  readonly method?: string | undefined;
  readonly compress?: string | undefined;
}

type Given = Omit<PackInput, 'method' | 'compressor' | 'generations' | 'allow'>;

/**
 * Makes the plan with what config.yaml says where an option does not. A wrong word of config.yaml is told
 * with its line there.
 */
export async function resolveConfiguredPack(
  input: Given,
  { method, compress }: AskedPack,
  { config, home }: { readonly config: Config; readonly home: string },
): Promise<ResolvedPack> {
  const configured = config.packimage;
  try {
    return await resolvePackPlan({
      ...input,
      method: method ?? configured?.method,
      // A compressor that goes with the configured method need not go with the one that was asked for.
      compressor: compress ?? (method === undefined ? configured?.compress : undefined),
      generations: configured?.generations,
      allow: configured?.allow,
    });
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    const keys = {
      ...(method === undefined ? { 'pack-method': 'method' } : {}),
      ...(compress === undefined ? { 'pack-compressor': 'compress' } : {}),
    };
    throw await withConfigLines(error, home, keys);
  }
}

/**
 * The same error; problems of these codes stand at the keys of config.yaml's packimage that they belong to.
 */
async function withConfigLines(
  error: RootimgError,
  home: string,
  keys: Readonly<Record<string, string>>,
): Promise<RootimgError> {
  const problems = problemsOf(error);
  if (!problems.some(({ code }) => own(keys, code) !== undefined)) return error;
  const located = problems.map(async (problem) => {
    const key = own(keys, problem.code);
    return key === undefined ? problem : { ...problem, origin: await configOrigin(home, ['packimage', key]) };
  });
  return new ProblemsError(await Promise.all(located));
}
