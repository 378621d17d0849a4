import type { BuildPlan, PackagePass } from '../plan/build-plan.ts';
import type { ShownPlan } from '../plan/shown-plan.ts';
import { renderDryRun } from '../render/dry-run.ts';

/** Where on the node lies what a plan names here. */
export interface NodePlaces {
  /** Image folder of the build there. */
  readonly rootimgdir: string;
  readonly postscriptsDir: string;
  /** Path here → path there; a file that is not named has none. */
  readonly files: ReadonlyMap<string, string>;
  /** Address here → address there; those that are not named are the same for both. */
  readonly repositories: ReadonlyMap<string, string>;
}

/** The same plan for the node: other places, same content. */
export function planThere(plan: BuildPlan, places: NodePlaces): BuildPlan {
  const file = (path: string) => places.files.get(path) ?? path;
  const list = (value: string) =>
    value
      .split(',')
      .map((word) => file(word))
      .join(',');
  const { tftpImageDir: _tftp, ...rest } = plan;
  const { stage: _stage, ...request } = plan.request;
  return {
    ...rest,
    request: {
      ...request,
      ...mapped(request, ['pkglist', 'otherpkglist', 'gpgkeys', 'sumskey'], list),
      rootimgdir: places.rootimgdir,
      // Nothing lies there yet, and the packages of earlier builds may be in the cache.
      ...{ fresh: true, wait: false, force: false },
    },
    image: { ...plan.image, rootimgdir: places.rootimgdir },
    passes: plan.passes.map((pass) => passThere(pass, file)),
    otherPasses: plan.otherPasses.map((pass) => passThere(pass, file)),
    repositories: plan.repositories.map((one) => ({
      ...one,
      url: places.repositories.get(one.url) ?? one.url,
      ...(one.sslcacert && { sslcacert: file(one.sslcacert) }),
      ...(one.deb?.signedBy && { deb: { ...one.deb, signedBy: one.deb.signedBy.map(file) } }),
    })),
    keys: plan.keys.map(file),
    postinstall: plan.postinstall.map(({ path, args }) => ({ path: file(path), args })),
    files: plan.files.map((one) => ({ ...one, path: file(one.path) })),
    postscriptsDir: places.postscriptsDir,
    // They were told here.
    warnings: [],
  };
}

function mapped<T extends object>(of: T, keys: readonly (keyof T)[], map: (value: string) => string): object {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = of[key];
      return typeof value === 'string' ? [[key, map(value)]] : [];
    }),
  );
}

function passThere(pass: PackagePass, file: (path: string) => string): PackagePass {
  return {
    ...pass,
    install: pass.install.map((entry) => ({ ...entry, name: file(entry.name) })),
    ...(pass.debconf && { debconf: pass.debconf.map(file) }),
  };
}

/** The text with the places of the node named as they are here: for messages and for the manifest. */
export function namedAsHere(places: NodePlaces, plan: BuildPlan): (text: string) => string {
  const folders = [
    [plan.image.rootimgdir, places.rootimgdir],
    [plan.postscriptsDir, places.postscriptsDir],
  ] as const;
  const pairs = [...places.files, ...places.repositories, ...folders]
    .filter(([here, there]) => here !== there)
    .sort((a, b) => b[1].length - a[1].length);
  return (text) => pairs.reduce((so, [here, there]) => so.replaceAll(there, here), text);
}

/** What `genimage --plan` on the node reads. */
export function planText(plan: BuildPlan, places: NodePlaces, familyDir: string): string {
  const there = planThere(plan, places);
  const command = renderDryRun(there.request, familyDir);
  const shown: ShownPlan = { schema: 1, command, request: there.request, plan: there, problems: [] };
  return JSON.stringify(shown);
}
