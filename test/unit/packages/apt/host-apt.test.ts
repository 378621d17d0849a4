import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  acquireLines,
  hostAcquire,
  hostProxies,
  hostVersions,
  proxyVariables,
} from '../../../../src/packages/apt/host-apt.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

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

it('apt of the host is asked for its configuration once for each plan', async () => {
  const said = join(folder.path, 'said');
  const script = `#!/bin/sh\necho asked >>${said}\necho 'Acquire::http::Proxy "http://proxy:1/";'\n`;
  await folder.file('apt-config', script, 0o755);
  process.env['PATH'] = `${folder.path}:${path}`;
  const plan = {};
  expect(await hostProxies(plan)).toEqual({ http_proxy: 'http://proxy:1/' });
  expect(await hostAcquire(plan)).toContain('Acquire::http::Proxy "http://proxy:1/";');
  expect(await readFile(said, 'utf8')).toBe('asked\n');
  await hostAcquire({});
  expect(await readFile(said, 'utf8')).toBe('asked\nasked\n');
});

it('what says its version in its script is not started for it, all else is', async () => {
  const scripts = { 'apt-get': "echo 'apt 2.9.8 (amd64)'", 'dpkg-deb': 'echo version 1.22.6' };
  for (const [name, text] of Object.entries(scripts)) await folder.file(name, `#!/bin/sh\n${text}\n`, 0o755);
  await folder.file('mmdebstrap', "#!/bin/sh\nour $VERSION = '1.5.7';\n", 0o755);
  process.env['PATH'] = `${folder.path}:${path}`;
  expect(await hostVersions('mmdebstrap')).toEqual({ apt: '2.9.8', dpkg: '1.22.6', mmdebstrap: '1.5.7' });
});
