import { pathToFileURL } from 'node:url';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { Scope } from '../system/scope.ts';
import type { OpenNode } from './open-node.ts';
import {
  type InputFile,
  inputFiles,
  type LocalRepository,
  localRepositories,
  packagesFolder,
  plainPackages,
} from './plan-inputs.ts';
import { type HostBuild, hostFolder, inputPath } from './remembered-build.ts';
import { sameThere, sendFiles } from './send.ts';
import { serveToNode } from './serve-to-node.ts';

/** What a build has on its node. */
export interface SentInputs {
  /** What is to be put in its place there. */
  readonly files: readonly InputFile[];
  /** Bytes sent. */
  readonly bytes: number;
  readonly places: Pick<HostBuild, 'files' | 'repositories' | 'port'>;
  /** Bytes of the served repositories so far. */
  readonly served: () => number;
}

/**
 * Sends what a build needs. What the node has itself, by content, it takes there; other files are sent, and
 * folders of packages that no index lists; other repositories are served until the scope ends.
 */
export async function sendInputs(
  scope: Scope,
  node: OpenNode,
  plan: BuildPlan,
  isPackageFile: (name: string) => boolean,
): Promise<SentInputs> {
  const all = await inputFiles(plan, isPackageFile);
  const local = await localRepositories(plan);
  const indexes = local.flatMap(({ index }) => index ?? []);
  const there = await sameThere(node, [...all, ...indexes]);
  const isShared = ({ index }: LocalRepository) => index !== undefined && there.has(index.path);
  const named = all.filter(({ path, name }) => !there.has(path) || name.startsWith('postscripts/'));
  const packages = new Map<LocalRepository, readonly InputFile[]>();
  for (const one of local) {
    const found = await plainPackages(one, isPackageFile);
    if (found.length > 0) packages.set(one, found);
  }
  const files = [...named, ...[...packages.values()].flat()];
  const bytes = await sendFiles(node, files);
  const served = await serveToNode(
    scope,
    node,
    local.filter((one) => !isShared(one) && !packages.has(one)),
    plan.image.name,
  );
  const pathThere = (name: string) => inputPath(hostFolder(plan.image.name), name);
  const sentFiles = named.filter(({ name }) => !name.startsWith('postscripts/'));
  const places = {
    files: sentFiles.map(({ path, name }): [string, string] => [path, pathThere(name)]),
    repositories: [...served.addresses, ...[...packages.keys()].map((one) => plainAddress(one, pathThere))],
    ...(served.port === undefined ? {} : { port: served.port }),
  };
  return { files, bytes, places, served: served.sent };
}

/** Address here and there of a folder of packages, which are all sent. */
function plainAddress(
  { repository: { id, url } }: LocalRepository,
  pathThere: (name: string) => string,
): [string, string] {
  return [url, pathToFileURL(pathThere(packagesFolder(id))).href];
}
