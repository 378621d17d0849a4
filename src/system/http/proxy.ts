import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that curl, and so the package manager, takes for an address (curl(1), ENVIRONMENT): `http_proxy`
 * in lower case only, the other names in both; all_proxy for the rest; not for what no_proxy names.
 * Undefined: none.
 */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const read = (...names: string[]) => names.map((name) => environment[name]).find((value) => value);
  const scheme = url.protocol.slice(0, -1);
  const own = scheme === 'http' ? ['http_proxy'] : [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`];
  const proxy = read(...own, 'all_proxy', 'ALL_PROXY');
  if (proxy === undefined || isExcepted(url.hostname, read('no_proxy', 'NO_PROXY') ?? '')) return undefined;
  return proxy;
}

/**
 * Whether no_proxy names the host: `*`, a name and all below it, an address, a network such as `10.0.0.0/8`;
 * commas or blanks between.
 */
function isExcepted(hostname: string, list: string): boolean {
  const host = plain(hostname);
  if (list.trim() === '*') return true;
  return list.split(/[\s,]+/).some((word) => {
    const name = plain(word);
    if (name === '') return false;
    const family = isIP(host);
    if (family === 0) return host === name || host.endsWith(`.${name}`);
    return name.includes('/') ? isInNetwork(host, family, name) : host === name;
  });
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^\./, '')
    .replace(/\.$/, '');
}

function isInNetwork(host: string, family: number, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  if (isIP(base) !== family || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const networks = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  networks.addSubnet(base, Number(bits), type);
  return networks.check(host, type);
}
