import { findTool, run } from '../../system/exec.ts';
import { versionInScript } from './script-version.ts';

/**
 * How the host's apt reaches servers: proxies, certificates, patience; passwords stay in its own files. `plan`: what
 * this is asked for.
 */
export async function hostAcquire(plan: object): Promise<string[]> {
  return acquireLines(await hostDump(plan));
}

const dumps = new WeakMap<object, Promise<string>>();

/** The configuration of the host's apt, asked once for each plan. */
function hostDump(plan: object): Promise<string> {
  const known = dumps.get(plan) ?? askForDump();
  dumps.set(plan, known);
  return known;
}

async function askForDump(): Promise<string> {
  const words = ['--no-empty', '--format', '%F "%v";%n', 'dump'];
  return (await run(['apt-config', ...words], { action: 'read the configuration of apt' })).stdout;
}

/** The proxies that the host's apt is told of, as variables. */
export async function hostProxies(plan: object): Promise<Record<string, string>> {
  if ((await findTool('apt-config')) === undefined) return {};
  return proxyVariables(await hostDump(plan));
}

/** `Acquire::http::Proxy` and its like of a dump, as the variables that other programs read. */
export function proxyVariables(dump: string): Record<string, string> {
  const found = [...dump.matchAll(/^Acquire::(http|https|ftp)::Proxy "(.+)";$/gim)];
  return Object.fromEntries(
    found.map(([, scheme = '', proxy = '']) => [
      `${scheme.toLowerCase()}_proxy`,
      proxy === 'DIRECT' ? '' : proxy,
    ]),
  );
}

/** Versions of the host's programs; `maker` makes the base of its trees. */
export async function hostVersions(maker: string): Promise<Record<string, string>> {
  const asked = [
    ['apt', 'apt-get'],
    ['dpkg', 'dpkg-deb'],
    [maker, maker],
  ] as const;
  const found = await Promise.all(
    asked.map(async ([name, command]) => {
      const path = await findTool(command);
      if (path === undefined) return [];
      const told = await versionInScript(path);
      return [[name, told ?? (await versionAsked(name, command))] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function versionAsked(name: string, command: string): Promise<string> {
  const { stdout } = await run([command, '--version'], { action: `ask ${name} for its version` });
  return /\d[\w.+~-]*/.exec(stdout)?.[0] ?? 'unknown';
}

/** The lines of a dump that say how servers are reached, and where passwords for them lie. */
export function acquireLines(dump: string): string[] {
  const place = (name: string) => new RegExp(`^Dir::Etc::${name} "(.*)";$`, 'm').exec(dump)?.[1];
  const base = `/${(/^Dir::Etc "(.*)";$/m.exec(dump)?.[1] ?? 'etc/apt').replace(/^\//, '')}`;
  const at = (path: string) => (path.startsWith('/') ? path : `${base}/${path}`);
  return [
    ...dump
      .split('\n')
      .filter((line) => /^Acquire::(https?|ftp|Retries|Queue-Mode|ForceIPv[46])\b/i.test(line)),
    `Dir::Etc::netrc "${at(place('netrc') ?? 'auth.conf')}";`,
    `Dir::Etc::netrcparts "${at(place('netrcparts') ?? 'auth.conf.d')}/";`,
  ];
}
