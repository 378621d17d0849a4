import { join } from 'node:path';
import type { Site } from '../definition/site.ts';
import { type Problem, throwProblems } from '../base/errors.ts';
import type { ChosenCompressor, Format } from '../pack/formats/format.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { defaultGenerations, usualLayers } from '../plan/generation.ts';
import { checkNeededAttributes, checkProvmethod } from './check-definition.ts';
import { attribute, type ImageDefinition } from './definition.ts';
import { readEnviron } from './environ.ts';
import { readExcludeLists } from './exclude-list.ts';
import { layerFormats } from '../pack/formats/formats.ts';
import { layerProblems, readCompressor, readMethod } from './pack-method.ts';
import { isFolder } from '../base/exists.ts';
import { readSyncLists } from './sync-list.ts';
import { rootimgdirOf } from './usual-folders.ts';

export interface PackInput {
  readonly name: string;
  readonly definition: ImageDefinition;
  readonly site: Site;
  /** `-m` */
  readonly method?: string | undefined;
  /** `-c` */
  readonly compressor?: string | undefined;
  readonly nosyncfiles: boolean;
  /** A crypt hash; absent means locked. */
  readonly rootPasswordHash?: string | undefined;
  readonly sourceDateEpoch?: number | undefined;
  /** Sets to keep; 3 when absent. */
  readonly generations?: number | undefined;
  /** Absent: not in layers. Numbers that it does not say are the usual ones. */
  readonly layers?:
    | { readonly rebase: boolean; readonly share?: number | undefined; readonly number?: number | undefined }
    | undefined;
  /** Comma list of files with what the leak check may find. */
  readonly allow?: string | undefined;
  readonly strict?: boolean;
  readonly force?: boolean;
  readonly verify?: PackPlan['verify'];
  /** Relative paths of the definition are relative to it. */
  readonly cwd: string;
  /** PATH, to see whether pigz is there. */
  readonly searchPath?: string;
}

export interface ResolvedPack {
  readonly plan: PackPlan;
  /** For the administrator: what the lists say that does not concern the image. */
  readonly notices: readonly string[];
}

/**
 * Turns a definition and packimage's options into a plan. Throws all that is wrong with them in one error;
 * nothing is written.
 */
export async function resolvePackPlan(input: PackInput): Promise<ResolvedPack> {
  const { name, definition, site, cwd } = input;
  const problems: Problem[] = [
    ...checkNeededAttributes(name, definition),
    ...checkProvmethod(name, definition, ['netboot']),
  ];
  const image = imageOf(input);
  const method = readMethod(input.method ?? (input.layers && layerFormats[0]?.name));
  const format = 'code' in method ? undefined : method;
  const compressor = await compressorOf(input, format, image.rootimgdir);
  const exclude = await readExcludeLists(
    attribute(definition, 'exlist'),
    cwd,
    definition.origins.get('exlist'),
  );
  const allow = await readExcludeLists(input.allow, cwd);
  const environ = readEnviron(attribute(definition, 'environvar'));
  const synclists = input.nosyncfiles ? undefined : attribute(definition, 'synclists');
  const sync = await readSyncLists(synclists, cwd, environ.variables, definition.origins.get('synclists'));
  if ('code' in method) problems.push(method);
  if ('code' in compressor) problems.push(compressor);
  if (format !== undefined && input.layers !== undefined) problems.push(...layerProblems(format));
  problems.push(...environ.problems, ...exclude.problems, ...allow.problems, ...sync.problems);
  throwProblems(problems);
  if (format === undefined || 'code' in compressor) throw new Error('unreachable');

  const secureroot = isSecure(site);
  const postscriptsDir = join(site.installdir, 'postscripts');
  const plan: PackPlan = {
    schema: 1,
    image,
    method: format.name,
    compressor: compressor.word,
    rules: [...exclude.rules],
    sync: [...sync.entries],
    ...(site.timezone ? { timezone: site.timezone } : {}),
    rootPasswordHash: secureroot ? '*' : input.rootPasswordHash || '*',
    secureroot,
    ...((await isFolder(postscriptsDir)) ? { postscriptsDir } : {}),
    ...(input.sourceDateEpoch === undefined ? {} : { sourceDateEpoch: input.sourceDateEpoch }),
    generations: input.generations ?? defaultGenerations,
    ...(input.layers === undefined ? {} : { layers: layersOf(input.layers) }),
    allowed: [...allow.rules],
    strict: input.strict ?? false,
    force: input.force ?? false,
    verify: input.verify ?? 'digest',
    warnings: [...exclude.warnings, ...allow.warnings],
  };
  const { notice } = compressor;
  return { plan, notices: [...sync.notices, ...(notice === undefined ? [] : [notice])] };
}

function layersOf(layers: NonNullable<PackInput['layers']>): NonNullable<PackPlan['layers']> {
  const { rebase, share = usualLayers.share, number = usualLayers.number } = layers;
  return { rebase, share, number };
}

function imageOf({ name, definition, site, cwd }: PackInput): PackPlan['image'] {
  return {
    name,
    osvers: attribute(definition, 'osvers') ?? '',
    arch: attribute(definition, 'osarch') ?? '',
    profile: attribute(definition, 'profile') ?? '',
    rootimgdir: rootimgdirOf(definition, site.installdir, cwd),
  };
}

async function compressorOf(
  { compressor, searchPath }: PackInput,
  format: Format | undefined,
  rootimgdir: string,
): Promise<ChosenCompressor | Problem> {
  if (compressor !== undefined) {
    const word = readCompressor(compressor, format);
    return typeof word === 'string' ? { word } : word;
  }
  const choice = {
    rootDir: join(rootimgdir, 'rootimg'),
    searchPath: searchPath ?? process.env['PATH'] ?? '',
  };
  return (await format?.defaultCompressor(choice)) ?? { word: '' };
}

function isSecure({ secureroot }: Site): boolean {
  return secureroot !== undefined && !['', '0', 'no'].includes(secureroot);
}
