import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';

/** Milliseconds that a server has to answer. */
const patience = 10_000;

/** Looks whether every repository has its repomd.xml. */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) {
    const message = `There is no repository to install from (pkgdir=${plan.request.srcdir ?? ''}).`;
    return [{ code: 'no-repository', message, hint: 'Run createrepo on the folder, or correct pkgdir.' }];
  }
  const reasons = await Promise.all(plan.repositories.map(whyUnreachable));
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

async function whyUnreachable({ url }: Repository): Promise<string | undefined> {
  const metadata = `${url.replace(/\/+$/, '')}/repodata/repomd.xml`;
  if (metadata.startsWith('file:')) return whyUnreadable(fileURLToPath(metadata));
  if (!metadata.startsWith('http') || hasProxy()) return undefined;
  return whyNoAnswer(metadata);
}

async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch {
    return `there is no ${path}`;
  }
}

/** dnf reaches it in its own way then. */
function hasProxy(): boolean {
  return ['http_proxy', 'https_proxy'].some((name) => (process.env[name] ?? '') !== '');
}

async function whyNoAnswer(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(patience) });
    // A server that does not know HEAD says nothing about the file.
    return answer.ok || [405, 501].includes(answer.status) ? undefined : `${url} answers ${answer.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    // Whom to trust is dnf's decision, with the host's certificates, which Node does not read.
    if (/CERT|SIGN|ISSUER|TLS|SSL/.test(code)) return undefined;
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${patience / 1000} s`;
    return cause instanceof Error ? cause.message || code : String(cause);
  }
}
