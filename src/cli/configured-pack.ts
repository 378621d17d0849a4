import { own } from '../base/own.ts';
import { type Config, configOrigin } from '../definition/config.ts';
import { ProblemsError, problemsOf, RootimgError } from '../base/errors.ts';
import { layerFormats } from '../pack/formats/formats.ts';
import { type PackInput, type ResolvedPack, resolvePackPlan } from '../resolve/pack-plan.ts';

/** What packimage's own options say. */
export interface AskedPack {
  readonly method?: string | undefined;
  readonly compress?: string | undefined;
  /** `--layers` */
  readonly layers?: boolean;
  /** `--rebase` */
  readonly rebase?: boolean;
}

type Given = Omit<PackInput, 'method' | 'compressor' | 'generations' | 'layers' | 'allow'>;

/**
 * Makes the plan with what config.yaml says where an option does not. A wrong word of config.yaml is told
 * with its line there.
 */
export async function resolveConfiguredPack(
  input: Given,
  asked: AskedPack,
  { config, home }: { readonly config: Config; readonly home: string },
): Promise<ResolvedPack> {
  const configured = config.packimage;
  const { method, compress } = asked;
  const layers = askedLayers(asked, configured?.layers);
  try {
    return await resolvePackPlan({
      ...input,
      method: method ?? configured?.method,
      // A compressor that goes with the configured method need not go with the one that was asked for.
      compressor: compress ?? (method === undefined ? configured?.compress : undefined),
      generations: configured?.generations,
      layers,
      allow: configured?.allow,
    });
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    const keys = {
      ...(method === undefined ? { 'pack-method': 'method' } : {}),
      ...(compress === undefined ? { 'pack-compressor': 'compress' } : {}),
      ...(method === undefined && !asked.layers ? { 'pack-layers': 'layers' } : {}),
    };
    throw await withConfigLines(error, home, keys);
  }
}

/** What config.yaml says of layers does not concern a method that was asked for and has none. */
function askedLayers(
  { method, layers = false, rebase = false }: AskedPack,
  configured: NonNullable<Config['packimage']>['layers'] = false,
): PackInput['layers'] {
  const fits = method === undefined || layerFormats.some(({ name }) => name === method);
  if (!layers && (configured === false || !fits)) {
    if (rebase) throw new RootimgError('usage', '--rebase goes with --layers: it packs a new base for them.');
    return undefined;
  }
  return { rebase, ...(typeof configured === 'object' ? configured : {}) };
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
