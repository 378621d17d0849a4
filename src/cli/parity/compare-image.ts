import { readRootPasswordHash, readSite } from '../../definition/site.ts';
import { readOsimage } from '../../definition/osimage.ts';
import type { XcatRunner } from '../../definition/xcat-store.ts';
import { xcatStore } from '../../definition/xcat-store.ts';
import { formatOrigin, type Problem, RootimgError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { familyOf, folderOf } from '../../family/families.ts';
import { emptyRequest } from '../../plan/empty-request.ts';
import { renderDryRun } from '../../render/dry-run.ts';
import { splitCommaList } from '../../resolve/comma-list.ts';
import { attribute, type ImageDefinition } from '../../resolve/definition.ts';
import { readEnviron } from '../../resolve/environ.ts';
import { type NotUsed } from '../check/check-report.ts';
import { unusedAttributes } from '../check/unused-attributes.ts';
import type { Definitions } from '../definitions/definitions.ts';
import { resolveJob } from '../genimage/genimage-job.ts';
import { readImageLists } from '../image-lists.ts';
import type { CommandIo } from '../io.ts';
import { otherwise, type Otherwise, reasonFor } from './otherwise.ts';
import { compareRequests, readXcatLine, type XcatLine } from './xcat-line.ts';
import { compareLists, ownPasses, xcatPasses } from './xcat-lists.ts';

/** One thing that xCAT and rootimg have not alike. */
export interface Difference {
  readonly what: string;
  readonly xcat: string | undefined;
  readonly here: string | undefined;
  /** Absent where nobody knows. */
  readonly why?: string;
}

export interface Parity {
  readonly schema: 1;
  readonly image: string;
  readonly lines: { readonly xcat: string; readonly here: string };
  /** How many options both lines have alike. */
  readonly sameOptions: number;
  readonly options: readonly Difference[];
  /** Attributes that xCAT's own definition has otherwise. */
  readonly attributes: readonly Difference[];
  readonly lists: {
    readonly entries: number;
    readonly passes: number;
    readonly differences: readonly string[];
  };
  /** What would stop the build here, and not in xCAT. */
  readonly problems: readonly string[];
  readonly otherwise: readonly Otherwise[];
  readonly notUsed: readonly NotUsed[];
}

/**
 * Compares what xCAT and rootimg would do with an image. Throws where xCAT does not answer, and what is wrong
 * with the definition.
 */
export async function compareImage(
  io: CommandIo,
  { store, config, home }: Definitions,
  run: XcatRunner,
  name: string,
): Promise<Parity> {
  const definition = await readOsimage(store, name);
  const xcat = await xcatDryRun(run, name);
  const { resolved } = await resolveJob(io, store, { ...emptyRequest(), imageName: name }, config);
  const { same, differences } = compareRequests(xcat.request, resolved.request);
  const folder = { what: 'folder', xcat: xcat.familyDir, here: resolved.familyDir };
  const site = await readSite(store);
  const hash = await readRootPasswordHash(home);
  return {
    ...{ schema: 1, image: name },
    lines: { xcat: xcat.text, here: renderDryRun(resolved.request, resolved.familyDir) },
    sameOptions: same,
    options: [
      ...(xcat.familyDir === resolved.familyDir
        ? []
        : [{ ...folder, why: "rootimg's own genimage and lists, beside those of xCAT" }]),
      ...differences.map((one) => withReason(one.option, one, reasonFor(one))),
    ],
    attributes: await definitionDifferences(run, definition, name),
    ...(await lists(io, definition)),
    otherwise: otherwise({
      attributes: definition.attributes,
      exlist: await textOf(attribute(definition, 'exlist')),
      synclists: await textOf(attribute(definition, 'synclists')),
      hasRootPassword: hash !== undefined || site.secureroot === '1',
    }),
    notUsed: unusedAttributes(definition),
  };
}

function withReason(
  what: string,
  { xcat, here }: { readonly xcat: string | undefined; readonly here: string | undefined },
  why: string | undefined,
): Difference {
  return { what, xcat, here, ...(why === undefined ? {} : { why }) };
}

async function xcatDryRun(run: XcatRunner, name: string): Promise<XcatLine> {
  const { exitCode, stdout, stderr } = await run('genimage', ['--dryrun', name]);
  const line = exitCode === 0 ? readXcatLine(stdout) : undefined;
  if (line !== undefined) return line;
  const said = `${stdout}\n${stderr}`.split('\n').filter((one) => one.trim() !== '');
  throw new RootimgError('xcat-failed', `xCAT's genimage --dryrun ${name} gave no line.`, {
    details: said.slice(0, 20),
  });
}

/** A definition that was imported may have changed in xCAT since. */
async function definitionDifferences(
  run: XcatRunner,
  here: ImageDefinition,
  name: string,
): Promise<Difference[]> {
  const theirs = await xcatStore(run).read('osimage', name);
  if (theirs === undefined) return [];
  const names = [...new Set([...theirs.attributes.keys(), ...here.attributes.keys()])].sort();
  return names
    .map((what) => ({ what, xcat: theirs.attributes.get(what), here: here.attributes.get(what) }))
    .filter((one) => one.xcat !== one.here);
}

/** The package lists by both readings, and what only ours stops at. */
async function lists(
  io: CommandIo,
  definition: ImageDefinition,
): Promise<Pick<Parity, 'lists' | 'problems'>> {
  const { passes, otherPasses, problems } = await readImageLists(io, definition);
  const environ = readEnviron(attribute(definition, 'environvar'));
  const variables = { ...io.env, ...environ.variables };
  const pinned = pinnedNames(definition);
  const theirs = async (kind: string) =>
    (await xcatPasses(attribute(definition, kind), variables)).map((pass) => pass.flatMap(pinned).sort());
  const ours = { pkglist: ownPasses(passes), otherpkglist: ownPasses(otherPasses) };
  const all = [...ours.pkglist, ...ours.otherpkglist];
  const differences = [
    ...compareLists('pkglist', await theirs('pkglist'), ours.pkglist),
    ...compareLists('otherpkglist', await theirs('otherpkglist'), ours.otherpkglist),
  ];
  return {
    lists: { entries: all.flat().length, passes: all.length, differences },
    problems: problems.map(problemText),
  };
}

/** Packages of the kernel get the version of kernelver in both. */
function pinnedNames(definition: ImageDefinition): (name: string) => readonly string[] {
  const [kernelver, krpmver] = [attribute(definition, 'kernelver'), attribute(definition, 'krpmver')];
  if (kernelver === undefined) return (name) => [name];
  const family = familyOf(folderOf(attribute(definition, 'osvers') ?? ''));
  return (name) => family.pinnedKernel(name, { kernelver, krpmver }) ?? [name];
}

function problemText({ message, origin }: Problem): string {
  return origin === undefined ? message : `${formatOrigin(origin)}: ${message}`;
}

/** What all files of a comma list hold; those that cannot be read hold nothing here. */
async function textOf(value: string | undefined): Promise<string> {
  const { names } = splitCommaList(value);
  const texts = await Promise.all(names.map((name) => readTextFile(name).catch(() => '')));
  return texts.join('\n');
}
