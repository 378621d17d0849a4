import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readTextFile } from '../../base/regular-file.ts';
import type { Problem } from '../../base/errors.ts';
import { urlBelow } from '../../base/url.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { childEnvironment } from '../../system/exec.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { ask, UnknownProxy } from '../../system/http/ask.ts';
import { environmentsFor } from '../pass-repositories.ts';

/** Milliseconds that a server has to answer. */
const patience = 10_000;

/**
 * Looks whether every repository has its repomd.xml, in each pass that uses it: `#ENV:…#` may name another
 * proxy.
 */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) {
    const message = `There is no repository to install from (pkgdir=${plan.request.srcdir ?? ''}).`;
    return [{ code: 'no-repository', message, hint: 'Run createrepo on the folder, or correct pkgdir.' }];
  }
  const reasons = await Promise.all(plan.repositories.map((one) => whyUnreachable(plan, one)));
  return plan.repositories.flatMap((repository, index) => {
    const reason = reasons[index];
    if (reason === undefined) return [];
    return [
      {
        code: 'repository-unreachable',
        message: `The repository ${repository.url} (${repository.from}) cannot be read: ${reason}.`,
      },
    ];
  });
}

async function whyUnreachable(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  const metadata = urlBelow(repository.url, 'repodata/repomd.xml');
  if (metadata.startsWith('file:')) return whyUnreadable(fileURLToPath(metadata));
  if (!URL.canParse(metadata)) {
    return 'it is not a URL (in user and password, every character but letters and digits is written as %XX)';
  }
  if (!metadata.startsWith('http')) return undefined;
  const ca = await readTextFile(repository.sslcacert ?? '').catch(() => undefined);
  for (const variables of environmentsFor(plan, repository)) {
    const reason = await whyNoAnswer(metadata, childEnvironment(variables), ca);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function whyUnreadable(path: string): Promise<string | undefined> {
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
  try {
    const { status } = await ask(url, { method: 'HEAD', environment, patience, ca });
    // A server that does not know HEAD, or signs addresses for GET alone, says nothing about the file.
    if (status < 300 || [405, 501].includes(status) || (status === 403 && url.includes('?')))
      return undefined;
    return `${url} answers ${status}${status === 401 ? ' (it wants a user and a password, or others)' : ''}`;
  } catch (error) {
    if (error instanceof UnknownProxy) return undefined;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Whom to trust is dnf's decision, with the host's certificates, which Node does not read.
    if (/CERT|SIGN|ISSUER|TLS|SSL/.test(code)) return undefined;
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${patience / 1000} s`;
    return error instanceof Error ? error.message || code : String(error);
  }
}

/** Milliseconds that a server has for its repomd.xml. */
const downloadPatience = 20_000;

/** Digest of its repomd.xml, which holds the digests of all metadata, which hold those of all packages. */
export async function repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  const metadata = urlBelow(repository.url, 'repodata/repomd.xml');
  try {
    if (metadata.startsWith('file:')) return await fileDigest(fileURLToPath(metadata));
    if (!metadata.startsWith('http')) return undefined;
    const [variables] = environmentsFor(plan, repository);
    const ca = await readTextFile(repository.sslcacert ?? '').catch(() => undefined);
    const environment = childEnvironment(variables);
    const { status, body } = await ask(metadata, {
      method: 'GET',
      environment,
      patience: downloadPatience,
      ca,
    });
    return status < 300 ? createHash('sha256').update(body).digest('hex') : undefined;
  } catch {
    return undefined;
  }
}
