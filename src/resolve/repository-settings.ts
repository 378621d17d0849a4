import { withoutEndSlashes } from '../base/slashes.ts';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '../definition/config.ts';
import type { Problem } from '../base/errors.ts';
import { placeOf } from '../base/url.ts';
import type { Repository } from '../plan/build-plan.ts';
import type { BuildRequest } from '../plan/request.ts';
import { isUrl, splitCommaList } from './comma-list.ts';

/** What an administrator says of the repositories at an address and below it. */
export interface RepositorySetting {
  /** Folder or URL. */
  readonly address: string;
  readonly gpgcheck: boolean;
  readonly sslcacert: string | undefined;
}

export interface RepositorySettings {
  readonly settings: readonly RepositorySetting[];
  readonly problems: readonly Problem[];
}

/**
 * Reads `ADDRESS [gpgcheck=no] [sslcacert=FILE]`, several with commas; what a shell or this list would split
 * is written `%20` and the like in an address. Relative paths are relative to `cwd`.
 */
export function readRepositorySettings(text: string | undefined, cwd: string): RepositorySettings {
  const problems: Problem[] = [];
  const settings = splitCommaList(text).names.map((part) => {
    const [address = '', ...words] = part.split(/\s+/);
    let gpgcheck = true;
    let sslcacert: string | undefined;
    for (const word of words) {
      const [key = '', value = ''] = word.split(/=(.*)/s);
      if (key === 'gpgcheck' && /^(yes|no)$/.test(value)) gpgcheck = value === 'yes';
      else if (key === 'sslcacert' && value !== '') sslcacert = resolve(cwd, decodeWord(value));
      else problems.push(unknownWord(word));
    }
    return { address: absolute(decodeWord(address), cwd), gpgcheck, sslcacert };
  });
  return { settings, problems };
}

/** The text that readRepositorySettings reads back; undefined for none. */
export function writeRepositorySettings(settings: readonly RepositorySetting[]): string | undefined {
  if (settings.length === 0) return undefined;
  return settings
    .map(({ address, gpgcheck, sslcacert }) =>
      [
        encodeWord(address),
        ...(gpgcheck ? [] : ['gpgcheck=no']),
        ...(sslcacert === undefined ? [] : [`sslcacert=${encodeWord(sslcacert)}`]),
      ].join(' '),
    )
    .join(',');
}

/** The same text with every path absolute against `cwd`; text that is not understood stays as it is. */
export function absoluteRepositorySettings(text: string, cwd: string): string {
  const { settings, problems } = readRepositorySettings(text, cwd);
  return problems.length > 0 ? text : (writeRepositorySettings(settings) ?? text);
}

/**
 * The request with what config.yaml says of keys, repositories, licences, vendors and emulation; the node that builds may
 * not have that file. Options come last and win.
 */
export function withConfigured(request: BuildRequest, config: Config): BuildRequest {
  const keys = [...(config.keys ?? []), ...splitCommaList(request.gpgkeys).names].join(',');
  const configured = (config.repositories ?? []).map(({ url, gpgcheck, sslcacert }) => ({
    address: url,
    gpgcheck: gpgcheck ?? true,
    sslcacert,
  }));
  const settings = [writeRepositorySettings(configured), request.repositorysettings]
    .filter(Boolean)
    .join(',');
  return {
    ...request,
    ...(keys === '' ? {} : { gpgkeys: keys }),
    ...(settings === '' ? {} : { repositorysettings: settings }),
    ...(config.emulate ? { emulate: true } : {}),
    ...(config.licenses === 'accept' ? { acceptlicenses: true } : {}),
    ...(config.vendorchange === 'allow' ? { allowvendorchange: true } : {}),
  };
}

/** The repository with what holds for it: of several settings that fit, the last. */
export function withSettings(
  repository: Repository,
  settings: readonly RepositorySetting[],
  nogpgcheck: boolean,
): Repository {
  const setting = settings.findLast(({ address }) => isBelow(repository.url, address));
  const unchecked = nogpgcheck ? '--no-gpgcheck' : setting?.gpgcheck === false ? 'gpgcheck: no' : undefined;
  return {
    ...repository,
    ...(unchecked === undefined ? {} : { unchecked }),
    ...(setting?.sslcacert === undefined ? {} : { sslcacert: setting.sslcacert }),
  };
}

/** Who asks decides nothing: config.yaml need not know the password of a pkgdir. */
function isBelow(url: string, address: string): boolean {
  const base = withoutEndSlashes(placeOf(isUrl(address) ? address : pathToFileURL(address).href));
  const place = placeOf(url);
  return place === base || place.startsWith(`${base}/`);
}

function absolute(address: string, cwd: string): string {
  return isUrl(address) ? address : resolve(cwd, address);
}

function encodeWord(text: string): string {
  return text.replace(/[\s,%]/g, encodeURIComponent);
}

function decodeWord(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unknownWord(word: string): Problem {
  return {
    code: 'usage',
    message: `--repository does not know '${word}'.`,
    hint: "It takes 'ADDRESS gpgcheck=no sslcacert=FILE', several with commas.",
  };
}
