import { machine } from 'node:os';
import type { BuildContext } from '../../genimage/build-context.ts';
import { checkArchitecture } from '../../genimage/preflight/architecture.ts';
import { checkBuildFiles } from '../../genimage/preflight/build-files.ts';
import { checkPrivilege } from '../../genimage/preflight/privilege.ts';
import { checkTools } from '../../genimage/preflight/tools.ts';
import { checkManager, managerFor } from '../../packages/managers.ts';
import { readRootPasswordHash, readSite, type Site } from '../../definition/site.ts';
import { type Problem, problemsOf, RootimgError } from '../../base/errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { emptyRequest } from '../../plan/empty-request.ts';
import { noRootPassword } from '../../pack/select/root-login.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { silentReporter } from '../../report/silent.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import { checkNeededAttributes } from '../../resolve/check-definition.ts';
import { attribute, type ImageDefinition } from '../../resolve/definition.ts';
import { folderOf } from '../../family/families.ts';
import { withConfigured } from '../../resolve/repository-settings.ts';
import { requestOf, resolveRequest, withSiteMirror } from '../../resolve/request.ts';
import { type AdvisoriesAsked, checkAdvisories } from './check-advisories.ts';
import { checkModules, type ModulesAsked } from './check-modules.ts';
import { rootimgdirOf } from '../../resolve/usual-folders.ts';
import { checkPackages } from './check-packages.ts';
import { type CheckReport, collectFindings, type Findings, type KeyFound } from './check-report.ts';
import { unusedAttributes } from './unused-attributes.ts';
import { resolveConfiguredPack } from '../configured-pack.ts';
import type { Definitions } from '../definitions/definitions.ts';
import { readKeyNews } from '../key-news.ts';
import { buildSetting } from '../build-setting.ts';
import { sharedFolderWarnings } from '../shared-folder.ts';

/** What a check needs to know besides the definitions. */
export interface CheckInput extends Definitions, ModulesAsked, AdvisoriesAsked {
  readonly name: string;
  readonly netbootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Runs everything that genimage and packimage would check of an image and that changes nothing, to the end:
 * what is wrong is in the report, and never thrown.
 */
export async function checkImage(input: CheckInput): Promise<CheckReport> {
  const { name, store } = input;
  const findings = collectFindings();
  const site = await readSite(store);
  const read = await collect(findings, async () => ({ definition: await store.read('osimage', name) }));
  if (read === undefined) return findings.report(name);
  const { definition } = read;
  await checkDefinition(input, definition, site, findings);
  if (definition !== undefined) {
    findings.notUsed(unusedAttributes(definition));
    findings.warnings(await sharedFolderWarnings(store, input.cwd, [definition]));
    const plan = await checkBuild(input, definition, site, findings);
    await checkPack(input, definition, site, findings);
    await checkTree(input, definition, site, plan, findings);
  }
  return findings.report(name);
}

/** What lies in the image folder already. */
async function checkTree(
  input: CheckInput,
  definition: ImageDefinition,
  site: Site,
  plan: BuildPlan | undefined,
  findings: Findings,
): Promise<void> {
  if (checkNeededAttributes(input.name, definition).length > 0) return;
  const rootimgdir = rootimgdirOf(definition, site.installdir, input.cwd);
  await collect(findings, () => checkModules(rootimgdir, input, findings));
  const { advisories: file, cwd } = input;
  if (file === undefined) return;
  const osvers = attribute(definition, 'osvers') ?? '';
  await collect(findings, () => checkAdvisories(rootimgdir, { file, cwd, osvers }, plan, findings));
}

async function checkDefinition(
  { name, netbootDir, cwd }: CheckInput,
  definition: ImageDefinition | undefined,
  site: Site,
  findings: Findings,
): Promise<void> {
  const options = { ...emptyRequest(), imageName: name };
  await collect(findings, () => resolveRequest({ options, definition, site, netbootDir, cwd }));
}

/**
 * What building needs: lists with all includes, scripts, repositories, keys, and what this host can say of
 * the packages. Gives the plan as far as there is one.
 */
async function checkBuild(
  input: CheckInput,
  definition: ImageDefinition,
  site: Site,
  findings: Findings,
): Promise<BuildPlan | undefined> {
  const { name, netbootDir, cwd, env } = input;
  const asked = withConfigured({ ...emptyRequest(), imageName: name }, input.config);
  const request = withSiteMirror(requestOf(asked, definition, cwd), site);
  if (request.osvers === undefined || request.profile === undefined) {
    findings.notChecked('lists, repositories and packages', 'osvers or profile is not set');
    return undefined;
  }
  const familyDir = `${netbootDir}/${folderOf(request.osvers)}`;
  const where = { netbootDir, hostArch: machine(), env, cwd, ...site };
  const plan = await collect(findings, () => resolveBuildPlan(request, where));
  const part = plan ?? (await resolveBuildPlan(withoutLists(request), where).catch(() => undefined));
  if (part === undefined) {
    findings.notChecked('repositories and packages', 'see the errors');
    return undefined;
  }
  await checkPlan(input, plan, part, await buildSetting(request, familyDir, `check ${name}`), findings);
  return part;
}

/** `part` is the plan without its lists, where those have no plan. */
async function checkPlan(
  { config }: CheckInput,
  plan: BuildPlan | undefined,
  part: BuildPlan,
  setting: Awaited<ReturnType<typeof buildSetting>>,
  findings: Findings,
): Promise<void> {
  findings.keys(keysOf(part));
  if (plan !== undefined) {
    const news = await readKeyNews(plan, config);
    findings.warnings(asProblems('plan-warning', [...plan.warnings, ...news.warnings]));
    findings.problems(news.problems);
  }
  const context = { ...setting, reporter: silentReporter() };
  const manager = checkManager(part);
  findings.problems([...manager, ...(await checkBuildFiles(part, context))]);
  if (manager.length > 0) {
    return findings.notChecked(
      'repositories and packages',
      `${part.image.packageManager} is not supported yet`,
    );
  }
  const unreachable = await (await managerFor(part)).checkRepositories(part);
  findings.problems(unreachable);
  if (plan === undefined || unreachable.length > 0) return findings.notChecked('packages', 'see the errors');
  await checkOnThisHost(plan, context, findings);
}

function keysOf({ files }: BuildPlan): KeyFound[] {
  return files
    .filter(({ role }) => role === 'key')
    .flatMap(({ path, publicKeys = [] }) => publicKeys.map((key) => ({ file: path, ...key })));
}

/** Repositories and keys can be looked at although a list or a script is wrong. */
function withoutLists({
  otherpkglist: _,
  postinstall: __,
  driverupdatesrc: ___,
  ...request
}: BuildRequest): BuildRequest {
  return { ...request, environvar: undefined, pkglist: '/dev/null' };
}

/** The image may well be built on another host, so what this one lacks is no problem of the image. */
async function checkOnThisHost(plan: BuildPlan, context: BuildContext, findings: Findings): Promise<void> {
  const needsDrivers = plan.files.some((file) => file.role === 'driverupdate');
  const host = [
    ...(await checkArchitecture(plan, context)).problems,
    ...(await checkPrivilege()),
    ...(await checkTools((await managerFor(plan)).tools, { needsDrivers })),
  ];
  findings.notChecked('the file system of rootimgdir', 'that would write to it; genimage does it first');
  if (host.length > 0) {
    findings.warnings(
      host.map(({ code, message }) => ({ code, message: `Not to be built here: ${message}` })),
    );
    return findings.notChecked('whether each package is there', 'this host could not build the image');
  }
  const { problems, warnings } = await checkPackages(plan);
  findings.problems(problems);
  findings.warnings(warnings);
}

async function checkPack(
  { name, home, config, cwd, env }: CheckInput,
  definition: ImageDefinition,
  site: Site,
  findings: Findings,
): Promise<void> {
  const provmethod = attribute(definition, 'provmethod');
  if (provmethod !== undefined && provmethod !== 'netboot') {
    return findings.notChecked('exlist and synclists', `packimage does not pack provmethod=${provmethod}`);
  }
  const rootPasswordHash = await collect(findings, () => readRootPasswordHash(home));
  const searchPath = env['PATH'] ?? '';
  const packed = await collect(findings, () =>
    resolveConfiguredPack(
      { name, definition, site, nosyncfiles: false, rootPasswordHash, cwd, searchPath },
      {},
      { config, home },
    ),
  );
  if (packed === undefined) return;
  const { warnings, secureroot, sync } = packed.plan;
  // A synclist may bring one: which it does only the pack can tell.
  const isLocked = rootPasswordHash === undefined && !secureroot && sync.length === 0;
  findings.warnings(asProblems('pack-warning', [...warnings, ...(isLocked ? [noRootPassword] : [])]));
}

function asProblems(code: string, messages: readonly string[]): Problem[] {
  return messages.map((message) => ({ code, message }));
}

/** The result, or undefined and the problems collected. */
async function collect<T>(findings: Findings, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    findings.problems(problemsOf(error));
    return undefined;
  }
}
