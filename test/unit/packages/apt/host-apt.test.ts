import { expect, it } from 'vitest';
import { acquireLines, proxyVariables } from '../../../../src/packages/apt/host-apt.ts';

const dump = `APT::Architecture "amd64";
Dir::Etc "etc/apt";
Dir::Etc::netrc "auth.conf";
Dir::Etc::netrcparts "/srv/auth.d";
Acquire::AllowInsecureRepositories "1";
Acquire::Check-Valid-Until "false";
Acquire::http::Proxy "http://proxy.site:3128/";
Acquire::http::Proxy::mirror.site "DIRECT";
Acquire::https::CaInfo "/etc/ssl/site.pem";
Acquire::Retries "5";
DPkg::Post-Invoke:: "rm -f /x";
`;

it('takes from the host how servers are reached, and nothing that weakens a check', () => {
  expect(acquireLines(dump)).toEqual([
    'Acquire::http::Proxy "http://proxy.site:3128/";',
    'Acquire::http::Proxy::mirror.site "DIRECT";',
    'Acquire::https::CaInfo "/etc/ssl/site.pem";',
    'Acquire::Retries "5";',
    'Dir::Etc::netrc "/etc/apt/auth.conf";',
    'Dir::Etc::netrcparts "/srv/auth.d/";',
  ]);
});

it('gives the proxies of apt as variables', () => {
  expect(proxyVariables(dump)).toEqual({ http_proxy: 'http://proxy.site:3128/' });
});
