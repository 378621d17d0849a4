import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';
import { localPath, urlBelow } from '../base/url.ts';
import type { BuildPlan, Repository } from '../plan/build-plan.ts';
import { childEnvironment } from '../system/child-environment.ts';
import { fileDigest } from '../system/file-digest.ts';
import { environmentsFor } from './pass-repositories.ts';

/** What speaks to servers is loaded where there is one: Node's own HTTP takes a while. */
const loadHttp = () => import('../system/http/ask.ts');

/** Milliseconds that a server has to answer. */
const patience = 10_000;

/** Milliseconds that a server has for a file. */
const downloadPatience = 20_000;

/** Where a repository is read: its address, or the folder that keeps what a lock needs of it. */
export function placeOfRepository({ url, keptIn }: Repository): string {
  return keptIn === undefined ? url : pathToFileURL(keptIn).href;
}

/**
 * Why a file of a repository cannot be had, in each pass that uses it: `#ENV:…#` may name another proxy.
 * Undefined where nothing speaks against it. `proxies`: variables of the host's package manager.
 */
export async function whyUnreachable(
  plan: BuildPlan,
  repository: Repository,
  path: string,
  proxies: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const address = urlBelow(placeOfRepository(repository), path);
  if (address.startsWith('file:')) return whyUnreadable(localPath(address));
  if (!URL.canParse(address)) {
    return 'it is not a URL (in user and password, every character but letters and digits is written as %XX)';
  }
  if (!address.startsWith('http')) return undefined;
  const ca = await readTextFile(repository.sslcacert ?? '').catch(() => undefined);
  for (const variables of environmentsFor(plan, repository)) {
    const reason = await whyNoAnswer(address, childEnvironment({ ...variables, ...proxies }), ca);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function whyUnreadable(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return 'it is not a path of this host';
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch {
    return `there is no ${path}`;
  }
}

async function whyNoAnswer(
  url: string,
  environment: Readonly<Record<string, string>>,
  ca: string | undefined,
): Promise<string | undefined> {
  const { ask, UnknownProxy } = await loadHttp();
  try {
    const { status } = await ask(url, { method: 'HEAD', environment, patience, ca });
    // A server that does not know HEAD, or signs addresses for GET alone, says nothing about the file.
    if (status < 300 || [405, 501].includes(status) || (status === 403 && url.includes('?')))
      return undefined;
    return `${url} answers ${status}${status === 401 ? ' (it wants a user and a password, or others)' : ''}`;
  } catch (error) {
    if (error instanceof UnknownProxy) return undefined;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Whom to trust is the package manager's decision, with the host's certificates, which Node does not read.
    if (/CERT|SIGN|ISSUER|TLS|SSL/.test(code)) return undefined;
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${patience / 1000} s`;
    return error instanceof Error ? error.message || code : String(error);
  }
}

/** Digest (hex) of a file of a repository as it is now; undefined where it cannot be had. */
export async function digestOfFile(
  plan: BuildPlan,
  repository: Repository,
  path: string,
  proxies: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const local = localPath(urlBelow(placeOfRepository(repository), path));
  if (local !== undefined) return fileDigest(local).catch(() => undefined);
  const content = await downloaded(plan, repository, path, proxies);
  return content === undefined ? undefined : createHash('sha256').update(content).digest('hex');
}

/**
 * Content of a file, or of the page that a web server shows for a folder (path with a slash at its end);
 * undefined where it cannot be had.
 */
export async function downloaded(
  plan: BuildPlan,
  repository: Repository,
  path: string,
  proxies: Readonly<Record<string, string>> = {},
): Promise<Buffer | undefined> {
  const address = urlBelow(placeOfRepository(repository), path);
  if (!address.startsWith('http')) return undefined;
  try {
    const [variables] = environmentsFor(plan, repository);
    const ca = await readTextFile(repository.sslcacert ?? '').catch(() => undefined);
    const environment = childEnvironment({ ...variables, ...proxies });
    const { ask } = await loadHttp();
    const { status, body } = await ask(address, {
      method: 'GET',
      environment,
      patience: downloadPatience,
      ca,
    });
    return status < 300 ? body : undefined;
  } catch {
    return undefined;
  }
}

/** A repository that cannot be read, by the attribute that names it. */
export function unreachableProblem({ url, from }: Repository, reason: string): Problem {
  const message = `The repository ${url} (${from}) cannot be read: ${reason}.`;
  return { code: 'repository-unreachable', message };
}
