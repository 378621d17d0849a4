import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { caOptions, hostConfig, imageConfig } from '../../../../src/packages/apt/apt-config.ts';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const hasApt = spawnSync('apt-config', ['--version']).status === 0;

/** What the real apt makes of a configuration: `Name "value";` in each line. */
async function dump(text: string): Promise<string[]> {
  const file = await folder.file('apt.conf', text);
  const env = { PATH: process.env['PATH'] ?? '', APT_CONFIG: file };
  return execFileSync('apt-config', ['dump'], { env, encoding: 'utf8' }).split('\n');
}

describe.skipIf(!hasApt)('the configuration of', () => {
  test("the host's apt is all that counts but how servers are reached", async () => {
    const acquire = ['Acquire::http::Proxy "http://proxy:3128";'];
    const lines = await dump(hostConfig('/scratch', 'arm64', '/tree/status', acquire));
    expect(lines).toEqual(
      expect.arrayContaining([
        'Dir::State::status "/tree/status";',
        'Dir::State::lists "/scratch/lists/";',
        'Dir::Cache::archives "/scratch/archives/";',
        'Acquire::http::Proxy "http://proxy:3128";',
      ]),
    );
    const places = lines.filter((line) => /^Dir::(Etc|State|Cache|Log)\S* "\/(?!scratch|tree)/.test(line));
    expect(
      places.filter((line) =>
        /sourceparts|trusted|preferences|Etc::main|Etc::parts|lists|archives/.test(line),
      ),
    ).toEqual([]);
  });

  test('both takes nothing that is not signed, and knows one architecture', async () => {
    for (const text of [hostConfig('/scratch', 'arm64', '/s', []), imageConfig('arm64')]) {
      const lines = await dump(text);
      expect(lines.filter((line) => line.startsWith('APT::Architectures'))).toEqual([
        'APT::Architectures "";',
        'APT::Architectures:: "arm64";',
      ]);
      for (const name of ['InsecureRepositories', 'WeakRepositories', 'DowngradeToInsecureRepositories'])
        expect(lines).toContain(`Acquire::Allow${name} "false";`);
    }
  });

  test('an image keeps its own configuration files, and finds our programs before its own', async () => {
    const lines = await dump(imageConfig('amd64'));
    const options = lines.filter((line) => line.startsWith('DPkg::Options:: '));
    expect(options).toEqual(
      expect.arrayContaining(['DPkg::Options:: "--force-confdef";', 'DPkg::Options:: "--force-confold";']),
    );
    expect(lines.find((line) => line.startsWith('DPkg::Path'))).toMatch(/"\/run\/rootimg\/\S*bin:\//);
  });

  test("a server's own authority is asked of that server alone", async () => {
    const of = (url: string, sslcacert?: string): Repository => ({
      ...{ id: 'a', url, from: 'pkgdir' as const },
      ...(sslcacert === undefined ? {} : { sslcacert }),
    });
    const text = caOptions([
      of('https://user:p%40ss@m.example:8443/debian', '/etc/site.pem'),
      of('https://other.example/debian'),
      of('http://plain.example/debian', '/etc/site.pem'),
    ]);
    expect(text).toEqual(['Acquire::https::m.example::CaInfo "/etc/site.pem";']);
    expect(await dump(text.join('\n'))).toContain('Acquire::https::m.example::CaInfo "/etc/site.pem";');
  });
});
